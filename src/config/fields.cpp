#include "config/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tarsier {
namespace {

using enum FieldType;

std::string range_text(const Field& field, std::string_view what) {
  const std::string unit = what.empty() ? std::string() : fmt::format(" {}", what);
  if (field.above) return fmt::format(" above {}, up to {}{}", *field.above, field.maximum.value_or(0), unit);
  if (field.minimum && field.maximum && *field.minimum == *field.maximum)
    return fmt::format(" of {}{}", *field.minimum, unit);
  if (field.minimum && field.maximum) return fmt::format(" from {} to {}{}", *field.minimum, *field.maximum, unit);
  if (field.minimum) return fmt::format(" of at least {}{}", *field.minimum, unit);
  if (field.maximum) return fmt::format(" of at most {}{}", *field.maximum, unit);
  return "";
}

std::string choices_text(const Field& field) {
  std::string words;
  for (const Json& choice : field.choices) {
    words += (words.empty() ? "" : ", ") + (choice.is_string() ? choice.get<std::string>() : choice.dump());
  }
  return "one of " + words;
}

std::string text_text(const Field& field) {
  if (!field.form.empty()) return "a string: " + field.form;
  return "a string" + range_text(field, "characters, none of them control characters");
}

std::string tuple_text(const Field& field) {
  return field.help.substr(0, 1) == "[" ? "a list " + field.help.substr(0, field.help.find(']') + 1)
                                        : "a list of numbers";
}

}  // namespace

std::string_view Field::name() const { return std::string_view(pattern).substr(pattern.rfind('/') + 1); }

std::vector<const Field*> children_of(const FieldTable& table, std::string_view pattern) {
  std::vector<const Field*> children;
  for (const Field& field : table) {
    const std::string_view candidate = field.pattern;
    const bool below =
        candidate.size() > pattern.size() && candidate.starts_with(pattern) && candidate[pattern.size()] == '/';
    if (below && candidate.find('/', pattern.size() + 1) == std::string_view::npos) children.push_back(&field);
  }
  return children;
}

const Field& field_at(const FieldTable& table, std::string_view pattern) {
  return *std::find_if(table.begin(), table.end(), [&](const Field& field) { return field.pattern == pattern; });
}

std::string expected(const Field& field) {
  if (!field.choices.empty()) return choices_text(field);
  switch (field.type) {
    case object:
    case source: return "an object";
    case map: return "an object of texts" + range_text(field, "keys");
    case list: return "a list" + range_text(field, "elements");
    case tuple: return tuple_text(field);
    case text: return text_text(field);
    case path: return "a string: the path of a file";
    case device: return "a string: the path of a device below /dev";
    case directory: return "a string: the path of a folder";
    case integer: return "an integer" + range_text(field, field.unit);
    case number: return "a number" + range_text(field, field.unit);
    case boolean: return "true or false";
    case any: break;
  }
  return "a value";
}

std::string_view to_text(FieldClass change) {
  using enum FieldClass;
  switch (change) {
    case live: return "live";
    case segment: return "segment";
    case arm: return "arm";
    case local: break;
  }
  return "local";
}

}  // namespace tarsier
