// A series of numbers as a line of small columns, and a share as a bar.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace tarsier {

// The newest `width` values, the newest at the right end; `largest` is full height. An unknown value is a blank, 0 the
// lowest column. Without unicode the columns are marks of growing weight.
[[nodiscard]] std::string sparkline(const std::deque<std::optional<double>>& values, double largest, std::size_t width,
                                    bool unicode);

// `width` characters, of which `share` (0 to 1) is filled; what is not 0 is seen.
inline constexpr std::size_t gauge_width = 20;
[[nodiscard]] std::string gauge(double share, std::size_t width, bool unicode);

// "0", "950", "12.3 k", "4.56 M": three digits of a number that is only looked at.
[[nodiscard]] std::string rough(double number);

}  // namespace tarsier
