#include "cli/rig_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "cli/json_values.hpp"
#include "config/fields.hpp"
#include "config/structure.hpp"
#include "config/suggestion.hpp"

namespace tarsier {
namespace {

using Keys = std::vector<std::string>;

Keys split(std::string_view text, char separator) {
  Keys keys;
  while (true) {
    const auto end = text.find(separator);
    keys.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return keys;
    text.remove_prefix(end + 1);
  }
}

// Reference tokens of a JSON pointer, without their escapes.
Keys keys_of_pointer(std::string_view pointer) {
  if (pointer.empty() || pointer == "/") return {};
  Keys keys = split(pointer.substr(1), '/');
  for (auto& key : keys) {
    for (const auto& [escaped, letter] : {std::pair{"~1", "/"}, std::pair{"~0", "~"}})
      for (auto at = key.find(escaped); at != std::string::npos; at = key.find(escaped, at + 1))
        key.replace(at, 2, letter);
  }
  return keys;
}

std::optional<std::size_t> number_of(const std::string& key) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  return error == std::errc() && end == key.data() + key.size() ? std::optional(number) : std::nullopt;
}

// Which element of a list a key means; none: it has no such one.
std::optional<std::size_t> element(const Json& list, const std::string& key) {
  if (const auto number = number_of(key)) return *number < list.size() ? number : std::nullopt;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (text_at(list[i], "/name") == key) return i;
  return std::nullopt;
}

const Json* child(const Json* parent, const std::string& key) {
  if (parent == nullptr) return nullptr;
  if (parent->is_object() && parent->contains(key)) return &parent->at(key);
  if (const auto number = number_of(key); parent->is_array() && number && *number < parent->size())
    return &parent->at(*number);
  return nullptr;
}

const Json* find(const Json& rig, const Keys& keys) {
  const Json* at = &rig;
  for (const auto& key : keys) at = child(at, key);
  return at;
}

// "/cameras/*/slots" of "/cameras/0/slots".
const Field* field_of(const std::string& pointer) {
  std::string pattern;
  for (const auto& key : keys_of_pointer(pointer)) pattern = below(pattern, number_of(key) ? std::string("*") : key);
  const auto& table = rig_fields();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Field& field) { return field.pattern == pattern; });
  return found == table.end() ? nullptr : &*found;
}

void add_places(const Json& at, const std::string& pointer, Keys& places) {
  if (!pointer.empty()) places.push_back(pointer);
  if (at.is_object())
    for (const auto& [key, value] : at.items()) add_places(value, below(pointer, key), places);
  if (at.is_array())
    for (std::size_t i = 0; i < at.size(); ++i) add_places(at[i], below(pointer, i), places);
}

// What the rig has, then what it could have, of its first camera and region.
Keys known_places(const Json& rig) {
  Keys places;
  add_places(rig, "", places);
  for (const auto& field : rig_fields()) {
    std::string pointer = field.pattern;
    std::replace(pointer.begin(), pointer.end(), '*', '0');
    if (!pointer.empty()) places.push_back(pointer);
  }
  return places;
}

std::string last_key(const std::string& pointer) { return pointer.substr(pointer.rfind('/') + 1); }

Error no_such_place(const Json& rig, const std::string& pointer) {
  const auto nearest = nearest_place(rig, pointer);
  return {fmt::format("{}: the rig has no such key{}", pointer, nearest ? "; did you mean " + *nearest + "?" : ""),
          true};
}

}  // namespace

Result<std::string> rig_pointer(const Json& rig, std::string_view place) {
  const bool pointed = place.empty() || place.starts_with('/');
  std::string pointer;
  const Json* at = &rig;
  for (const auto& key : pointed ? keys_of_pointer(place) : split(place, '.')) {
    if (key.empty()) return misuse(fmt::format("{}: write it as /cameras/0/slots or cameras.0.slots", place));
    std::string meant = key;
    if (at != nullptr && at->is_array() && key != "-") {
      const auto index = element(*at, key);
      if (!index)
        return misuse(fmt::format("{}: {} has {} elements, the first is number 0, and none is called {}", place,
                                  pointer, at->size(), key));
      meant = std::to_string(*index);
    }
    at = child(at, meant);
    pointer = below(pointer, meant);
  }
  return pointer;
}

Result<Json> patch_of(const Json& rig, const std::string& pointer, const Json& value) {
  const Keys keys = keys_of_pointer(pointer);
  if (keys.empty()) return misuse("name a key, like /cameras/0/slots; `tarsier config edit` changes the whole rig");
  const bool there = find(rig, keys) != nullptr;
  if (value.is_null()) {
    if (!there) return unexpected(no_such_place(rig, pointer));
    return Json::array({{{"op", "remove"}, {"path", pointer}}});
  }
  if (there) return Json::array({{{"op", "replace"}, {"path", pointer}, {"value", value}}});
  Json whole = value;
  std::string path = pointer;
  for (std::size_t depth = keys.size() - 1; depth > 0; --depth) {
    if (find(rig, Keys(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(depth))) != nullptr) break;
    whole = Json{{keys[depth], std::move(whole)}};
    path.erase(path.rfind('/'));
  }
  return Json::array({{{"op", "add"}, {"path", path}, {"value", std::move(whole)}}});
}

Result<RigValue> value_in(const Json& rig, const std::string& pointer) {
  if (const Json* const found = find(rig, keys_of_pointer(pointer))) return RigValue{*found, false};
  const Field* const field = field_of(pointer);
  if (field == nullptr) return unexpected(no_such_place(rig, pointer));
  if (!field->fallback) return misuse(fmt::format("{}: is not set, and has no default: {}", pointer, field->help));
  return RigValue{*field->fallback, true};
}

std::optional<std::string> nearest_place(const Json& rig, const std::string& pointer) {
  const Keys places = known_places(rig);
  const auto same = std::find_if(places.begin(), places.end(),
                                 [&](const auto& place) { return last_key(place) == last_key(pointer); });
  if (same != places.end()) return *same;
  Keys siblings;
  const auto parent = pointer.substr(0, pointer.rfind('/') + 1);
  for (const auto& place : places)
    if (place.starts_with(parent)) siblings.push_back(place);
  const auto length = static_cast<std::ptrdiff_t>(parent.size());
  Keys names;
  for (const auto& place : siblings) names.push_back(place.substr(static_cast<std::size_t>(length)));
  if (const auto name = suggestion(last_key(pointer), names)) return parent + *name;
  return std::nullopt;
}

Json value_of(const std::string& text) {
  auto value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

}  // namespace tarsier
