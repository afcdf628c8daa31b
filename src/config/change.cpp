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
      found_.push_back({pointer, before, after, FieldClass::arm});
      return;
    }
    const auto pipeline = load_pipeline(after.value("pipeline", ""));
    const FieldTable parameters = pipeline ? parameter_fields(*pipeline, pattern) : FieldTable();
    for (const std::string& key : keys_of(before, after)) {
      const Json &from = member(before, key), &to = member(after, key);
      if (from == to) continue;
      const Field* parameter = find_field(parameters, pattern + "/" + key);
      found_.push_back({below(pointer, key), from, to, parameter != nullptr ? parameter->change : FieldClass::arm});
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

Json to_json(const FieldChange& change) {
  return {{"pointer", change.pointer}, {"from", change.from}, {"to", change.to}, {"class", to_text(change.change)}};
}

}  // namespace tarsier
