#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tarsier {
namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

}  // namespace

std::string grouped(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", grouped(count), one, count == 1 ? "" : "s");
}

std::string short_duration(double seconds) {
  const auto total = static_cast<std::uint64_t>(std::ceil(std::clamp(seconds, 0.0, 1e12)));
  const auto hours = total / 3600;
  if (hours >= 48) return fmt::format("{} d {} h", hours / 24, hours % 24);
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, total / 60 % 60, total % 60);
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

std::string rate_text(double per_second) {
  if (per_second >= 1000) return grouped(static_cast<std::uint64_t>(std::llround(std::min(per_second, 1e15)))) + "/s";
  return fmt::format("{:.3g}/s", per_second);
}

std::string disk_text(Bytes bytes) {
  if (bytes < mebibytes(1024)) return to_text(bytes);
  return fmt::format("{:.1f} GiB", bytes.mebibytes() / 1024);
}

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string padded(std::string_view text, std::size_t width) {
  const auto used = text_width(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::string cut(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end)
    if (begins_character(text[end]) && seen++ == width) break;
  return std::string(text.substr(0, end));
}

}  // namespace tarsier
