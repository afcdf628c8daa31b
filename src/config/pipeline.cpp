#include "config/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/field_value.hpp"
#include "config/parse.hpp"
#include "config/pipeline_fields.hpp"
#include "config/structure.hpp"
#include "config/suggestion.hpp"

namespace tarsier {
namespace {

constexpr std::string_view launch_end = "appsink name=sink";

ParameterType parameter_type(const std::string& text) {
  if (text == "string") return ParameterType::string;
  if (text == "path") return ParameterType::path;
  if (text == "device") return ParameterType::device;
  if (text == "integer") return ParameterType::integer;
  return text == "number" ? ParameterType::number : ParameterType::boolean;
}

FieldClass change_class(const std::string& text) {
  if (text == "live") return FieldClass::live;
  return text == "local" ? FieldClass::local : FieldClass::arm;
}

template <typename Value>
std::optional<Value> optional_at(const Json& object, const char* key) {
  if (!object.contains(key)) return std::nullopt;
  return std::optional<Value>(std::in_place, object[key].get<Value>());
}

PipelineParameter parameter_from(const Json& document) {
  PipelineParameter parameter;
  parameter.name = document["name"].get<std::string>();
  parameter.type = parameter_type(document["type"].get<std::string>());
  parameter.help = document["help"].get<std::string>();
  parameter.sets = document["sets"].get<std::string>();
  parameter.change = change_class(document["change"].get<std::string>());
  parameter.required = document["required"].get<bool>();
  if (document.contains("default")) parameter.fallback.emplace(document["default"]);
  parameter.minimum = optional_at<double>(document, "minimum");
  parameter.maximum = optional_at<double>(document, "maximum");
  parameter.choices = optional_at<std::vector<std::string>>(document, "choices").value_or(std::vector<std::string>{});
  return parameter;
}

PipelineDescription description_from(const std::string& name, const Json& document) {
  PipelineDescription pipeline;
  pipeline.name = name;
  pipeline.summary = document["summary"].get<std::string>();
  pipeline.launch = fmt::format("{}", fmt::join(document["launch"].get<std::vector<std::string>>(), " ! "));
  pipeline.live = document["live"].get<bool>();
  pipeline.counts_frames = document["counts_frames"].get<bool>();
  pipeline.plugin_memory = {static_cast<std::uint64_t>(document["plugin_memory_mib"].get<double>() * 1024 * 1024)};
  pipeline.frames_held = document["frames_held"].get<std::uint32_t>();
  for (const Json& parameter : document["parameters"]) pipeline.parameters.push_back(parameter_from(parameter));
  return pipeline;
}

// Elements that the launch line names: "v4l2src name=source" names "source".
std::set<std::string> element_names(const Json& launch) {
  constexpr std::string_view mark = " name=";
  std::set<std::string> names;
  for (const Json& element : launch) {
    const auto& text = element.get_ref<const std::string&>();
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
      const auto first = at + mark.size();
      names.insert(text.substr(first, text.find(' ', first) - first));
    }
  }
  return names;
}

// What the table of fields can't say about a parameter.
class ParameterRules {
 public:
  ParameterRules(const PipelineDescription& pipeline, std::set<std::string> elements, RigProblems& problems)
      : pipeline_(pipeline), elements_(std::move(elements)), problems_(problems) {}

  void check() {
    const FieldTable fields = parameter_fields(pipeline_, "");
    for (std::size_t i = 0; i < fields.size(); ++i)
      check_one(pipeline_.parameters[i], fields[i], below("/parameters", i));
  }

 private:
  void check_one(const PipelineParameter& parameter, const Field& field, const std::string& pointer) {
    const bool numeric = parameter.type == ParameterType::integer || parameter.type == ParameterType::number;
    const bool bounded = parameter.minimum || parameter.maximum;
    if (parameter.name == "pipeline") note(pointer + "/name", "pipeline is the rig's own key; choose another name");
    if (!names_.insert(parameter.name).second) note(pointer + "/name", parameter.name + " is described twice");
    if (bounded && !numeric) note(pointer, "minimum and maximum are for integers and numbers; remove them");
    if (!parameter.choices.empty() && parameter.type != ParameterType::string)
      note(pointer + "/choices", "choices are for strings; remove them");
    if (parameter.minimum && parameter.maximum && *parameter.minimum > *parameter.maximum) {
      note(pointer + "/minimum", fmt::format("{} is above the maximum {}", *parameter.minimum, *parameter.maximum));
    }
    if (parameter.required && parameter.fallback)
      note(pointer + "/default", "never used, because the parameter is required; remove it");
    if (parameter.fallback && !accepted(field, *parameter.fallback))
      note(pointer + "/default", refusal(field, *parameter.fallback));
    check_element(parameter.sets, pointer + "/sets");
  }

  void check_element(const std::string& sets, const std::string& pointer) {
    const std::string element = sets.substr(0, sets.find('.'));
    if (sets.empty() || elements_.contains(element)) return;
    note(pointer, fmt::format("no element of the launch line has name={}; those with a name are {}", element,
                              fmt::join(elements_, ", ")));
  }

  void note(std::string pointer, std::string message) { problems_.push_back({std::move(pointer), std::move(message)}); }

  const PipelineDescription& pipeline_;
  const std::set<std::string> elements_;
  RigProblems& problems_;
  std::set<std::string> names_;
};

}  // namespace

const PipelineParameter* PipelineDescription::find(const std::string& parameter) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const PipelineParameter& candidate) { return candidate.name == parameter; });
  return found == parameters.end() ? nullptr : &*found;
}

Result<PipelineDescription> parse_pipeline(const std::string& name, const Json& document) {
  auto [normal, problems] = check_structure(description_fields(), document, {});
  if (!problems.empty()) return unexpected(to_error("pipeline " + name, problems));
  PipelineDescription pipeline = description_from(name, normal);
  if (!pipeline.launch.ends_with(launch_end)) {
    problems.push_back({"/launch", "must end in \"" + std::string(launch_end) + "\""});
  }
  ParameterRules(pipeline, element_names(normal["launch"]), problems).check();
  if (!problems.empty()) return unexpected(to_error("pipeline " + name, problems));
  return pipeline;
}

}  // namespace tarsier
