#include "cli/sparkline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace tarsier {
namespace {

constexpr std::array<std::string_view, 8> columns = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> marks = {".", ":", "-", "=", "+", "*", "#", "@"};

std::string_view column_of(const std::optional<double>& value, double largest, bool unicode) {
  if (!value || !std::isfinite(*value)) return " ";
  const auto& steps = unicode ? columns : marks;
  const double share = largest > 0 ? std::clamp(*value / largest, 0.0, 1.0) : 0;
  return steps[static_cast<std::size_t>(std::ceil(share * 7))];
}

}  // namespace

std::string sparkline(const std::deque<std::optional<double>>& values, double largest, std::size_t width,
                      bool unicode) {
  const auto shown = std::min(values.size(), width);
  std::string line(width - shown, ' ');
  for (std::size_t i = values.size() - shown; i < values.size(); ++i) line += column_of(values[i], largest, unicode);
  return line;
}

std::string gauge(double share, std::size_t width, bool unicode) {
  const double asked = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) * static_cast<double>(width) : 0;
  const auto full = asked > 0 ? std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(asked))) : 0;
  std::string bar;
  for (std::size_t i = 0; i < width; ++i) bar += i < full ? (unicode ? "█" : "#") : (unicode ? "░" : "-");
  return bar;
}

std::string rough(double number) {
  constexpr std::array<std::string_view, 5> units = {"", " k", " M", " G", " T"};
  std::size_t unit = 0;
  while (number >= 999.5 && unit + 1 < units.size()) {
    number /= 1000;
    ++unit;
  }
  return fmt::format("{:.3g}{}", number, units[unit]);
}

}  // namespace tarsier
