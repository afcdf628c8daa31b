// Binning: the mean of squares of 2x2 or 4x4 pixels. Pure; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>

namespace tarsier {

inline constexpr std::uint32_t largest_bin = 4;

// binned[i] = mean of the pixels bin * i to bin * i + bin - 1 of all `lines`, rounded half up: (2 sum + n) / (2 n) with
// n = bin * bin. bin is lines.size(), 2 or 4. Leftover pixels of the lines are not read.
void bin_lines(std::span<const std::uint8_t* const> lines, std::span<std::uint8_t> binned);
void bin_lines(std::span<const std::uint16_t* const> lines, std::span<std::uint16_t> binned);

}  // namespace tarsier
