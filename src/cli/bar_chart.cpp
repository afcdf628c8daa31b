#include "cli/bar_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string_view>

#include "cli/text.hpp"

namespace tarsier {
namespace {

constexpr std::array<std::string_view, 8> eighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

std::string unicode_bar(double characters) {
  const auto parts = static_cast<std::size_t>(std::lround(characters * 8));
  std::string bar;
  for (std::size_t i = 0; i < parts / 8; ++i) bar += "█";
  return bar.append(eighths[parts % 8]);
}

// What is not 0 is seen, however small.
std::string bar_of(double share, const BarStyle& style) {
  const double least = style.unicode ? 0.125 : 1.0;
  const double characters = share > 0 ? std::max(share * static_cast<double>(style.width), least) : 0;
  if (style.unicode) return unicode_bar(characters);
  return std::string(static_cast<std::size_t>(std::lround(characters)), '#');
}

}  // namespace

std::string bar_chart(const std::vector<Bar>& bars, BarStyle style) {
  const auto shown = std::min(bars.size(), style.most);
  std::size_t label_width = 0;
  double largest = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    label_width = std::max(label_width, text_width(bars[i].label));
    largest = std::max(largest, bars[i].value.value_or(0));
  }
  std::string chart;
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& [label, value] = bars[i];
    const auto bar = bar_of(value && largest > 0 ? *value / largest : 0, style);
    const auto number = value ? fmt::format("{:#.4g}", *value) : std::string("no pairs");
    fmt::format_to(std::back_inserter(chart), "{}  {}  {}\n", padded(label, label_width), padded(bar, style.width),
                   number);
  }
  if (shown < bars.size()) chart += fmt::format("and {} more\n", bars.size() - shown);
  return chart;
}

}  // namespace tarsier
