#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "capture/parameters.hpp"

namespace tarsier {
namespace {

bool of_type(const Json& value, ParameterType type) {
  switch (type) {
    case ParameterType::string:
    case ParameterType::path:
    case ParameterType::device: return value.is_string();
    case ParameterType::integer: return value.is_number_integer();
    case ParameterType::number: return value.is_number();
    case ParameterType::boolean: return value.is_boolean();
  }
  return false;
}

std::string_view wanted(ParameterType type) {
  switch (type) {
    case ParameterType::string: return "a text";
    case ParameterType::path:
    case ParameterType::device: return "a path";
    case ParameterType::integer: return "a whole number";
    case ParameterType::number: return "a number";
    case ParameterType::boolean: break;
  }
  return "true or false";
}

// GStreamer hands the pattern of numbered files to printf, which would follow whatever else it says.
bool is_pattern(const std::string& path) {
  static const std::regex pattern("[^%]*%(0[1-9][0-9]?)?d[^%]*");
  return std::regex_match(path, pattern);
}

Result<void> check_readable(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  // The source says which of numbered files it doesn't find.
  if (path.find('%') != std::string::npos) {
    if (is_pattern(path)) return {};
    return misuse(fmt::format("{}: the percent sign stands for the number of a file, once: %d or %05d", path));
  }
  if (!std::filesystem::exists(status)) return failure(fmt::format("{}: there is no such file or device", path));
  if (std::filesystem::is_directory(status)) return failure(fmt::format("{}: is a folder; give a file", path));
  if (::access(path.c_str(), R_OK) != 0) {
    return failure(fmt::format("{}: may not be read; give this user the right to (for cameras: group video)", path));
  }
  return {};
}

Result<void> check_range(const PipelineParameter& parameter, double value) {
  if (parameter.minimum && value < *parameter.minimum) return misuse(fmt::format("is below {}", *parameter.minimum));
  if (parameter.maximum && value > *parameter.maximum) return misuse(fmt::format("is above {}", *parameter.maximum));
  return {};
}

Result<void> check_text(const PipelineParameter& parameter, const std::string& text) {
  if (text.find('\0') != std::string::npos) return misuse("holds a zero byte");
  const auto& choices = parameter.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
    return misuse(fmt::format("is none of {}", fmt::join(choices, ", ")));
  }
  const bool file = parameter.type == ParameterType::path || parameter.type == ParameterType::device;
  return file ? check_readable(text) : Result<void>{};
}

Result<void> check_value(const PipelineParameter& parameter, const Json& value) {
  if (!of_type(value, parameter.type)) return misuse(fmt::format("is not {}", wanted(parameter.type)));
  if (value.is_number()) return check_range(parameter, value.get<double>());
  if (value.is_string()) return check_text(parameter, value.get<std::string>());
  return {};
}

std::string known(const PipelineDescription& pipeline) {
  std::string text;
  for (const auto& parameter : pipeline.parameters) {
    fmt::format_to(std::back_inserter(text), "{}{}", text.empty() ? "" : ", ", parameter.name);
  }
  return text;
}

bool contains(const PipelineDescription& pipeline, const std::string& name) {
  return std::any_of(pipeline.parameters.begin(), pipeline.parameters.end(),
                     [&name](const PipelineParameter& parameter) { return parameter.name == name; });
}

}  // namespace

Result<void> check_parameters(const SourceConfig& source, const PipelineDescription& pipeline) {
  for (const auto& [name, value] : source.parameters) {
    if (!contains(pipeline, name)) {
      return misuse(fmt::format("pipeline {}: unknown parameter {}; it has {}", pipeline.name, name, known(pipeline)));
    }
  }
  for (const auto& parameter : pipeline.parameters) {
    const auto given = source.parameters.find(parameter.name);
    if (given == source.parameters.end()) {
      if (!parameter.required || parameter.fallback) continue;
      return misuse(
          fmt::format("pipeline {}: parameter {} is missing; {}", pipeline.name, parameter.name, parameter.help));
    }
    auto checked = check_value(parameter, given->second);
    if (!checked) return unexpected(std::move(checked.error()).within("source." + parameter.name));
  }
  return {};
}

}  // namespace tarsier
