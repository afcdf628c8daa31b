// Luma of 8-bit Bayer mosaics at full resolution. Pure; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "frame/frame_view.hpp"

namespace tarsier {

// Writes the gray of the pixels x_px <= x < x_px + line.size() of line y_px. R, G and B of a pixel are the means,
// (2 sum + n) / (2 n), of the nearest samples of that colour in its 3x3 neighbourhood: the sample itself, or two, or
// four. Beyond the border the image is mirrored about its outermost samples, which keeps the mosaic's order; an image
// one sample wide or high is continued by itself.
void bayer_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint8_t> line);

}  // namespace tarsier
