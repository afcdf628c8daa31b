// A frame in somebody else's memory: a loan for the length of a call.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "frame/pixel_format.hpp"

namespace tarsier {

struct Plane {
  const std::byte* data = nullptr;
  std::ptrdiff_t stride_bytes = 0;  // from one line to the next; may be negative, may be larger than a line
};

struct FrameView {
  PixelFormat format = PixelFormat::gray8;
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
  // As many as the format has. Readers use planes[0] alone: luma of planar formats, everything of packed ones.
  std::array<Plane, 3> planes{};
};

// Width and height in pixels.
struct ImageSize {
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
  bool operator==(const ImageSize&) const = default;
  [[nodiscard]] std::uint64_t pixels() const { return std::uint64_t{width_px} * height_px; }
};

}  // namespace tarsier
