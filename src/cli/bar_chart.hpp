// A small horizontal bar chart in text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tarsier {

struct Bar {
  std::string label;
  std::optional<double> value;  // >= 0; none: unknown
};

struct BarStyle {
  bool unicode = true;     // block characters in eighths, else '#'
  std::size_t width = 40;  // characters of the longest bar
  std::size_t most = 24;   // bars; the others are only counted
};

// A line for each bar: label, bar, value; the largest value fills the width. An unknown value says "no pairs".
[[nodiscard]] std::string bar_chart(const std::vector<Bar>& bars, BarStyle style = {});

}  // namespace tarsier
