#include "config/structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "config/field_value.hpp"
#include "config/foreign_path.hpp"
#include "config/pipeline.hpp"
#include "config/pipeline_fields.hpp"
#include "config/suggestion.hpp"

namespace tarsier {
namespace {

using Fields = std::vector<const Field*>;

std::vector<std::string> names_of(const Fields& fields) {
  std::vector<std::string> names;
  for (const Field* field : fields) names.emplace_back(field->name());
  return names;
}

const Field* find(const Fields& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field* field) { return field->name() == name; });
  return found == fields.end() ? nullptr : *found;
}

std::string resolved(const std::filesystem::path& path, const std::filesystem::path& base) {
  if (base.empty() || path.is_absolute()) return path.string();
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(base, ignored);
  return ((ignored ? base : absolute) / path).lexically_normal().string();
}

// Whether an address of a source has a user or password before its host: the rig goes into files and history.
bool names_password(const Field& field, const std::string& text) {
  if (!field.pattern.starts_with("/cameras/*/source/")) return false;
  const auto start = text.find("://");
  return start != std::string::npos &&
         text.substr(start + 3, text.find_first_of("/?#", start + 3) - start - 3).find('@') != std::string::npos;
}

// One walk over one document. check_*() return the normalised value, or none after noting problems.
class Walk {
 public:
  Walk(const FieldTable& table, const ParseOptions& options) : table_(table), options_(options) {}

  std::optional<Json> check(const Field& field, const Json& value, const std::string& pointer) {
    switch (field.type) {
      case FieldType::object: return check_object(field, children_of(table_, field.pattern), value, pointer);
      case FieldType::source: return check_source(field, value, pointer);
      case FieldType::map: return check_map(field, value, pointer);
      case FieldType::list: return check_list(field, value, pointer);
      case FieldType::tuple: return check_tuple(field, value, pointer);
      default: return check_value(field, value, pointer);
    }
  }
  RigProblems take_problems() { return std::move(problems_); }
  // Paths and pipelines as they were written.
  std::set<std::string> take_named() { return std::move(named_); }

 private:
  void note(RigProblem problem) {
    if (problems_.size() < most_problems) problems_.push_back(std::move(problem));
  }
  void note(std::string pointer, std::string message) { note({std::move(pointer), std::move(message)}); }
  std::optional<Json> refuse(const Field& field, const Json& value, const std::string& pointer) {
    note({pointer, refusal(field, value), short_value(value), expected(field)});
    return std::nullopt;
  }

  std::optional<Json> check_value(const Field& field, const Json& value, const std::string& pointer) {
    auto normal = accepted(field, value);
    if (!normal) return refuse(field, value, pointer);
    const bool file = field.type == FieldType::path || field.type == FieldType::device;
    if (file && !may_name(field, value.get<std::string>(), pointer)) return std::nullopt;
    if (file) *normal = resolved(value.get<std::string>(), options_.base_directory);
    if (field.type == FieldType::text && names_password(field, value.get<std::string>())) {
      note(pointer,
           "holds a user or password that everybody who reads the rig would see; name them by user and "
           "password_file");
      return std::nullopt;
    }
    return normal;
  }

  // Whether a rig from the network may make the device read that file.
  bool may_name(const Field& field, const std::string& path, const std::string& pointer) {
    named_.insert(path);
    if (options_.file_root.empty() || present().contains(path)) return true;
    const bool device = field.type == FieldType::device;
    if (device ? is_device(path) : is_below(path, options_.base_directory, options_.file_root)) return true;
    note({pointer,
          device ? "over the network only a device below /dev may be named"
                 : "over the network only a relative path that stays in the folder of the device's rig may be named",
          short_value(path), expected(field)});
    return false;
  }

  const std::set<std::string>& present() {
    if (options_.present != nullptr && !present_) {
      const ParseOptions local{.base_directory = options_.base_directory};
      Walk walk(table_, local);
      walk.check(table_.front(), *options_.present, "");
      present_ = walk.take_named();
    }
    if (!present_) present_.emplace();
    return *present_;
  }

  std::optional<Json> check_object(const Field& field, const Fields& children, const Json& value,
                                   const std::string& pointer) {
    if (!value.is_object()) return refuse(field, value, pointer);
    Json normal = Json::object();
    bool all_known = true;
    for (const auto& [key, element] : value.items()) {
      const Field* child = find(children, key);
      if (child == nullptr) note_unknown(children, key, below(pointer, key));
      all_known = all_known && child != nullptr;
      if (child == nullptr) continue;
      if (auto checked = check(*child, element, below(pointer, key))) normal[key] = std::move(*checked);
    }
    for (const Field* child : children) {
      if (!value.contains(child->name())) fill_in(*child, normal, pointer);
    }
    check_alternatives(field, value, pointer, all_known);
    return normal;
  }

  void note_unknown(const Fields& children, const std::string& key, const std::string& pointer) {
    const auto known = names_of(children);
    if (const auto nearest = suggestion(key, known)) {
      note({pointer, "unknown key; did you mean " + *nearest + "?", {}, joined(known), *nearest});
    } else {
      note({pointer, "unknown key; known here: " + joined(known), {}, joined(known)});
    }
  }

  // A key that the document leaves out.
  void fill_in(const Field& child, Json& normal, const std::string& pointer) {
    const std::string name(child.name());
    const bool optional = child.type == FieldType::source && options_.source_optional;
    if (child.required && !optional) {
      note({below(pointer, name),
            "missing; expected " + expected(child) + " (" + child.help + ")",
            {},
            expected(child)});
    } else if (child.fallback && child.type == FieldType::object) {
      normal[name] = *check(child, *child.fallback, below(pointer, name));
    } else if (child.fallback) {
      normal[name] = *child.fallback;
    }
  }

  void check_alternatives(const Field& field, const Json& value, const std::string& pointer, bool all_known) {
    if (field.alternatives.empty()) return;
    std::vector<std::string> all, present;
    const Alternative* chosen = nullptr;
    for (const Alternative& alternative : field.alternatives) {
      all.push_back(alternative.key);
      if (!value.contains(alternative.key)) continue;
      present.push_back(alternative.key);
      chosen = &alternative;
    }
    // An unknown key is most likely the one that is wanted here, mistyped.
    if (present.empty() && all_known) note(pointer, "missing; expected exactly one of " + joined(all));
    if (present.size() > 1) note(pointer, joined(present) + " together; expected exactly one of " + joined(all));
    if (present.size() == 1) check_companions(*chosen, value, pointer);
  }

  void check_companions(const Alternative& chosen, const Json& value, const std::string& pointer) {
    for (const std::string& key : chosen.required) {
      if (!value.contains(key)) note(below(pointer, key), "missing; a " + chosen.key + " needs a " + key);
    }
    for (const std::string& key : chosen.forbidden) {
      if (value.contains(key)) note(below(pointer, key), "not allowed with a " + chosen.key + "; remove it");
    }
  }

  std::optional<Json> check_map(const Field& field, const Json& value, const std::string& pointer) {
    if (!value.is_object() || static_cast<double>(value.size()) > *field.maximum) return refuse(field, value, pointer);
    const Field& child = field_at(table_, field.pattern + "/*");
    Json normal = Json::object();
    for (const auto& [key, element] : value.items()) {
      if (!is_map_key(key))
        note(below(pointer, key),
             "the key is not allowed; expected 1 to 64 characters, none of them control characters");
      if (auto checked = check(child, element, below(pointer, key))) normal[key] = std::move(*checked);
    }
    return normal;
  }

  std::optional<Json> check_list(const Field& field, const Json& value, const std::string& pointer) {
    const auto size = static_cast<double>(value.size());
    const bool fits = size >= field.minimum.value_or(0) && size <= field.maximum.value_or(size);
    if (!value.is_array() || !fits) return refuse(field, value, pointer);
    const Field& child = field_at(table_, field.pattern + "/*");
    Json normal = Json::array();
    for (std::size_t i = 0; i < value.size(); ++i) {
      normal.push_back(check(child, value[i], below(pointer, i)).value_or(Json()));
    }
    return normal;
  }

  std::optional<Json> check_tuple(const Field& field, const Json& value, const std::string& pointer) {
    const auto children = children_of(table_, field.pattern);
    if (!value.is_array() || value.size() != children.size()) return refuse(field, value, pointer);
    Json normal = Json::array();
    for (std::size_t i = 0; i < value.size(); ++i) {
      auto checked = check(*children[i], value[i], below(pointer, i));
      if (checked) normal.push_back(std::move(*checked));
    }
    return normal.size() == children.size() ? std::optional<Json>(std::in_place, std::move(normal)) : std::nullopt;
  }

  std::optional<Json> check_source(const Field& field, const Json& value, const std::string& pointer) {
    if (options_.source_optional) return Json::object();
    if (!value.is_object()) return refuse(field, value, pointer);
    const Field& name = *children_of(table_, field.pattern).front();
    const std::string name_pointer = below(pointer, "pipeline");
    if (!value.contains("pipeline")) {
      const std::string allowed = "one of " + joined(installed_pipelines());
      note({name_pointer, "missing; expected " + allowed, {}, allowed});
      return std::nullopt;
    }
    const auto checked = check(name, value["pipeline"], name_pointer);
    return checked ? check_parameters(field, name, value, pointer) : std::nullopt;
  }

  std::optional<Json> check_parameters(const Field& field, const Field& name, const Json& value,
                                       const std::string& pointer) {
    const auto written = value["pipeline"].get<std::string>();
    named_.insert(written);
    const auto pipeline_name = place_of(written);
    const auto pipeline = is_own_pipeline(written) && !options_.own_pipelines && !present().contains(written)
                              ? Result<PipelineDescription>(misuse(pipeline_name +
                                                                   " is a file of one's own, which only "
                                                                   "the device itself may name; expected one of " +
                                                                   joined(installed_pipelines())))
                              : load_pipeline(pipeline_name);
    if (!pipeline) {
      const auto installed = installed_pipelines();
      note({below(pointer, "pipeline"), pipeline.error().message, short_value(pipeline_name),
            "one of " + joined(installed), suggestion(pipeline_name, installed).value_or("")});
      return std::nullopt;
    }
    const FieldTable parameters = parameter_fields(*pipeline, field.pattern);
    Fields children{&name};
    for (const Field& parameter : parameters) children.push_back(&parameter);
    auto normal = check_object(field, children, value, pointer);
    if (normal) (*normal)["pipeline"] = pipeline_name;
    return normal;
  }

  [[nodiscard]] std::string place_of(const std::string& pipeline) const {
    return is_own_pipeline(pipeline) ? resolved(pipeline, options_.base_directory) : pipeline;
  }

  const FieldTable& table_;
  const ParseOptions& options_;
  RigProblems problems_;
  std::set<std::string> named_;
  std::optional<std::set<std::string>> present_;
};

using Places = std::unordered_map<std::string, std::size_t>;

void number_places(const Json& value, const std::string& pointer, Places& places) {
  places.emplace(pointer, places.size());
  if (!value.is_structured()) return;
  std::size_t index = 0;
  for (const auto& [key, element] : value.items()) {
    number_places(element, value.is_object() ? below(pointer, key) : below(pointer, index), places);
    ++index;
  }
}

std::size_t place_of(std::string pointer, const Places& places) {
  while (!pointer.empty() && !places.contains(pointer)) pointer.resize(pointer.rfind('/'));
  return places.at(pointer);
}

}  // namespace

Structure check_structure(const FieldTable& table, const Json& document, const ParseOptions& options) {
  Walk walk(table, options);
  auto normal = walk.check(table.front(), document, "");
  return {normal.value_or(Json::object()), walk.take_problems()};
}

std::string below(const std::string& pointer, std::string_view key) {
  std::string longer = pointer + '/';
  for (const char letter : key) {
    if (letter == '~')
      longer += "~0";
    else if (letter == '/')
      longer += "~1";
    else
      longer += letter;
  }
  return longer;
}

std::string below(const std::string& pointer, std::size_t index) { return fmt::format("{}/{}", pointer, index); }

void sort_by_place(RigProblems& problems, const Json& document) {
  Places places;
  number_places(document, "", places);
  std::stable_sort(problems.begin(), problems.end(), [&](const RigProblem& a, const RigProblem& b) {
    return place_of(a.pointer, places) < place_of(b.pointer, places);
  });
}

}  // namespace tarsier
