// The edges of a region's mask, to be drawn over an image.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tarsier {

struct Outline {
  std::string path;    // data of an SVG path in pixels of the mask; empty for an empty mask
  double label_x = 0;  // centre of gravity of the region's pixels
  double label_y = 0;
  double top_x = 0;  // middle of its uppermost line
  double top_y = 0;
};

// Follows the border between pixels that are 0 and those that are not, `width` * `height` of them line by line: outer
// borders and holes, each as a closed polygon; of long ones, points that lie within a pixel of the line are left out.
[[nodiscard]] Outline trace_outline(std::span<const std::uint8_t> mask, std::uint32_t width, std::uint32_t height);

}  // namespace tarsier
