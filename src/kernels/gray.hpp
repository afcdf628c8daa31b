// Lines of a source as gray pixels: what differs from pixel format to pixel format. Pure; allocates nothing; any
// thread.
#pragma once

#include <cstdint>
#include <span>

#include "frame/frame_view.hpp"

namespace tarsier {

// First byte of line `y` of `plane`.
[[nodiscard]] inline const std::byte* line_of(const Plane& plane, std::uint32_t y) {
  return plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes;
}

// Writes the pixels x_px <= x < x_px + line.size() of line y_px of `frame`, which covers them, to `line`. The first
// for formats that are stored as gray8, the second for gray16; neither for Bayer mosaics, which bayer.hpp is for.
// Colour follows colour_line.hpp, YUV gives its luma, deeper samples are taken as they are.
void gray_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint8_t> line);
void gray_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint16_t> line);

// Whether a pixel is one byte of planes[0], so that a line needs no work.
[[nodiscard]] bool is_plain_gray8(PixelFormat format);

}  // namespace tarsier
