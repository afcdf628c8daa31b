#include "cli/json_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/harmless_text.hpp"

namespace tarsier {
namespace {

std::uint64_t count_of(const Json& value) {
  if (!value.is_number_integer()) return 0;
  const bool negative = !value.is_number_unsigned() && value.get<std::int64_t>() < 0;
  return negative ? 0 : value.get<std::uint64_t>();
}

}  // namespace

const Json& value_at(const Json& document, std::string_view pointer) {
  static const Json nothing;
  const Json::json_pointer place{std::string(pointer)};
  return document.contains(place) ? document.at(place) : nothing;
}

std::optional<double> number_at(const Json& document, const std::string& pointer) {
  const auto& value = value_at(document, pointer);
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::uint64_t count_at(const Json& document, const std::string& pointer) {
  return count_of(value_at(document, pointer));
}

Bytes bytes_about(const Json& document, const std::string& pointer) {
  return {static_cast<std::uint64_t>(std::clamp(number_at(document, pointer).value_or(0), 0.0, 1e18))};
}

std::string text_at(const Json& document, const std::string& pointer, const std::string& fallback) {
  const auto& value = value_at(document, pointer);
  return value.is_string() ? value.get<std::string>() : fallback;
}

std::uint64_t sum_at(const Json& document, const std::string& pointer) {
  std::uint64_t sum = 0;
  for (const auto& value : value_at(document, pointer)) sum += count_of(value);
  return sum;
}

void print_json(const Json& document) {
  fmt::print("{}\n", harmless_json(document.dump(2, ' ', false, Json::error_handler_t::replace)));
}

}  // namespace tarsier
