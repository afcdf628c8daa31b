// The exact mean of some frames: their sums, pixel by pixel, and how many they are.
#pragma once

#include <cstdint>
#include <vector>

#include "frame/frame_view.hpp"

namespace tarsier {

// At most 65,536 frames: so many of 16 bits fit a sum.
inline constexpr std::uint32_t most_mean_frames = 65536;

struct MeanImage {
  ImageSize size;
  std::uint32_t frames = 1;
  std::vector<std::uint32_t> sums;

  [[nodiscard]] double mean(std::size_t pixel) const { return static_cast<double>(sums[pixel]) / frames; }
};

}  // namespace tarsier
