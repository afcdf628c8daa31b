// Lines of a source as gray pixels: what differs from pixel format to pixel format. Pure; allocates nothing; any
// thread.
#pragma once

#include <cstdint>
#include <span>

#include "frame/frame_view.hpp"

namespace tarsier {

// Weights of R, G and B in a gray value: (9798 R + 19235 G + 3735 B + 16384) >> 15, BT.601 in 15 bits. They add up to
// 32768, so white stays 255.
struct GrayWeights {
  static constexpr std::uint32_t red = 9798;
  static constexpr std::uint32_t green = 19235;
  static constexpr std::uint32_t blue = 3735;
  static constexpr std::uint32_t half = 16384;
  static constexpr std::uint32_t shift = 15;
};

// First byte of line `y` of `plane`.
[[nodiscard]] inline const std::byte* line_of(const Plane& plane, std::uint32_t y) {
  return plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes;
}

// Writes the pixels x_px <= x < x_px + line.size() of line y_px of `frame`, which covers them, to `line`. The first
// for formats that are stored as gray8, the second for gray16.
void gray_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint8_t> line);
void gray_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint16_t> line);

}  // namespace tarsier
