#include "config/change.hpp"

#include <algorithm>
#include <set>

#include "config/pipeline.hpp"
#include "config/pipeline_fields.hpp"
#include "config/structure.hpp"

namespace tarsier {
namespace {

const Json nothing;

const Field* find_field(const FieldTable& table, std::string_view pattern) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Field& field) { return field.pattern == pattern; });
  return found == table.end() ? nullptr : &*found;
}

FieldTable parameters_of(const Json& source, const std::string& pattern) {
  const auto pipeline = load_pipeline(source.value("pipeline", ""));
  return pipeline ? parameter_fields(*pipeline, pattern) : FieldTable();
}

// Whether a source holds a value of a local parameter.
bool holds_local(const Json& source, const FieldTable& parameters) {
  return std::any_of(parameters.begin(), parameters.end(), [&](const Field& parameter) {
    return parameter.change == FieldClass::local && source.contains(std::string(parameter.name()));
  });
}

// Adds the values of local fields at and below the place. A source that has one counts as a whole: a password goes to
// the address beside it.
void collect_local(const FieldTable& table, const std::string& pattern, const Json& value, std::vector<Json>& found) {
  const Field* field = find_field(table, pattern);
  if (field == nullptr) return;
  if (field->change == FieldClass::local) found.push_back(value);
  if (field->type == FieldType::list && value.is_array()) {
    for (const Json& element : value) collect_local(table, pattern + "/*", element, found);
  }
  if (!value.is_object()) return;
  if (field->type == FieldType::source) {
    if (holds_local(value, parameters_of(value, pattern))) found.push_back(value);
    return;
  }
  for (const auto& [key, member] : value.items()) collect_local(table, pattern + "/" + key, member, found);
}

// Whether `after` holds a value of a local field that `before` does not hold.
bool brings_local(const std::string& pattern, const Json& before, const Json& after) {
  std::vector<Json> known, wanted;
  collect_local(rig_fields(), pattern, before, known);
  collect_local(rig_fields(), pattern, after, wanted);
  std::sort(known.begin(), known.end());
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const Json& value) { return !std::binary_search(known.begin(), known.end(), value); });
}

class Differences {
 public:
  explicit Differences(std::vector<FieldChange>& found) : found_(found) {}

  // `field` describes the place; null: nobody knows it, and `change` is what its parent says.
  void compare(const std::string& pointer, const std::string& pattern, const Json& before, const Json& after,
               FieldClass change) {
    if (before == after) return;
    const Field* field = find_field(rig_fields(), pattern);
    if (field != nullptr) change = field->change;
    const bool objects = before.is_object() && after.is_object();
    if (field != nullptr && field->type == FieldType::source && objects) {
      return compare_sources(pointer, pattern, before, after);
    }
    if (field != nullptr && field->type == FieldType::object && objects) {
      return compare_objects(pointer, pattern, before, after, change);
    }
    const bool lists = before.is_array() && after.is_array() && before.size() == after.size();
    if (field != nullptr && field->type == FieldType::list && lists) {
      for (std::size_t i = 0; i < before.size(); ++i) {
        compare(below(pointer, i), pattern + "/*", before[i], after[i], change);
      }
      return;
    }
    if (brings_local(pattern, before, after)) change = FieldClass::local;
    found_.push_back({pointer, before, after, change});
  }

 private:
  static std::set<std::string> keys_of(const Json& a, const Json& b) {
    std::set<std::string> keys;
    for (const Json* object : {&a, &b}) {
      for (const auto& [key, value] : object->items()) keys.insert(key);
    }
    return keys;
  }
  static const Json& member(const Json& object, const std::string& key) {
    const auto found = object.find(key);
    return found == object.end() ? nothing : *found;
  }

  void compare_objects(const std::string& pointer, const std::string& pattern, const Json& before, const Json& after,
                       FieldClass change) {
    for (const std::string& key : keys_of(before, after)) {
      compare(below(pointer, key), pattern + "/" + key, member(before, key), member(after, key), change);
    }
  }

  // Another pipeline is one difference; its parameters mean something else.
  void compare_sources(const std::string& pointer, const std::string& pattern, const Json& before, const Json& after) {
    if (before.value("pipeline", "") != after.value("pipeline", "")) {
      const bool local = brings_local(pattern, before, after);
      found_.push_back({pointer, before, after, local ? FieldClass::local : FieldClass::arm});
      return;
    }
    const FieldTable parameters = parameters_of(after, pattern);
    const bool secret = holds_local(after, parameters);
    for (const std::string& key : keys_of(before, after)) {
      const Json &from = member(before, key), &to = member(after, key);
      if (from == to) continue;
      const Field* parameter = find_field(parameters, pattern + "/" + key);
      FieldClass change = parameter != nullptr ? parameter->change : FieldClass::arm;
      if (to.is_null() && change == FieldClass::live) change = FieldClass::arm;
      // Beside a password file it says whom the password is told.
      const bool is_text = parameter != nullptr && parameter->type == FieldType::text && parameter->choices.empty();
      if (secret && is_text) change = FieldClass::local;
      found_.push_back({below(pointer, key), from, to, change});
    }
  }

  std::vector<FieldChange>& found_;
};

}  // namespace

std::vector<FieldChange> differences(const Json& before, const Json& after) {
  std::vector<FieldChange> found;
  Differences(found).compare("", "", before, after, FieldClass::arm);
  return found;
}

FieldClass strongest(std::span<const FieldChange> changes) {
  FieldClass most = FieldClass::live;  // they are declared in this order
  for (const FieldChange& one : changes) most = std::max(most, one.change);
  return most;
}

Json to_json(const FieldChange& change) {
  return {{"pointer", change.pointer}, {"from", change.from}, {"to", change.to}, {"class", to_text(change.change)}};
}

}  // namespace tarsier
