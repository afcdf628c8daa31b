#include "config/field_value.hpp"

#include <algorithm>
#include <cmath>
#include <regex>

#include "base/credentials.hpp"

namespace tarsier {
namespace {

std::size_t characters(std::string_view text) {
  const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

bool within_range(const Field& field, double value) {
  if (field.minimum && value < *field.minimum) return false;
  if (field.above && value <= *field.above) return false;
  return !field.maximum || value <= *field.maximum;
}

bool is_choice(const Field& field, const Json& value) {
  return field.choices.empty() || std::find(field.choices.begin(), field.choices.end(), value) != field.choices.end();
}

std::optional<Json> accepted_number(const Field& field, const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  if (!std::isfinite(number) || !within_range(field, number) || !is_choice(field, value)) return std::nullopt;
  return value;
}

std::optional<Json> accepted_integer(const Field& field, const Json& value) {
  const auto number = accepted_number(field, value);
  if (!number || !value.is_number_float()) return number;
  // Beyond this a double need not be the integer that was written.
  constexpr double exact = 9007199254740992.0;
  const double written = value.get<double>();
  if (written != std::trunc(written) || std::abs(written) > exact) return std::nullopt;
  return Json(static_cast<std::int64_t>(written));
}

bool accepts_text(const Field& field, const std::string& text) {
  const auto length = static_cast<double>(characters(text));
  if (length > field.maximum.value_or(longest_text) || length < field.minimum.value_or(0)) return false;
  if (has_control_characters(text)) return false;
  return field.expression.empty() || matches(text, field.expression);
}

std::optional<Json> accepted_text(const Field& field, const Json& value) {
  if (!value.is_string() || !is_choice(field, value)) return std::nullopt;
  if (!accepts_text(field, value.get_ref<const std::string&>())) return std::nullopt;
  return value;
}

std::optional<Json> accepted_path(const Field& field, const Json& value) {
  return value.is_string() && value.get_ref<const std::string&>().empty() ? std::nullopt : accepted_text(field, value);
}

}  // namespace

std::optional<Json> accepted(const Field& field, const Json& value) {
  switch (field.type) {
    case FieldType::text: return accepted_text(field, value);
    case FieldType::path:
    case FieldType::device:
    case FieldType::directory: return accepted_path(field, value);
    case FieldType::integer: return accepted_integer(field, value);
    case FieldType::number: return accepted_number(field, value);
    case FieldType::boolean: return value.is_boolean() ? std::optional<Json>(std::in_place, value) : std::nullopt;
    default: break;
  }
  return std::optional<Json>(std::in_place, value);
}

std::string refusal(const Field& field, const Json& value) {
  return shown(value) + " is not allowed; expected " + expected(field);
}

bool is_map_key(std::string_view key) {
  const std::size_t length = characters(key);
  return length >= 1 && length <= longest_key && !has_control_characters(key);
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; });
}

bool matches(std::string_view text, const std::string& expression) {
  return std::regex_search(text.begin(), text.end(), std::regex(expression));
}

std::optional<Json> short_value(const Json& value) {
  constexpr std::size_t longest = 256;
  if (value.is_structured()) return std::nullopt;
  if (!value.is_string()) return std::optional<Json>(std::in_place, value);
  if (value.get_ref<const std::string&>().size() > longest) return std::nullopt;
  return std::optional<Json>(std::in_place, without_credentials(value.get<std::string>()));
}

std::string shown(const Json& value) {
  constexpr std::size_t longest = 60;
  std::string text = without_credentials(value.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

}  // namespace tarsier
