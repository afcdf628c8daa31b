// Scalar twins of the kernels, written from the definitions in their headers, one pixel at a time, and frames to try
// both on.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "frame/frame_view.hpp"
#include "kernels/convert.hpp"

namespace tarsier {

inline constexpr PixelFormat all_formats[] = {
    PixelFormat::gray8,       PixelFormat::gray16,      PixelFormat::rgb24,       PixelFormat::bgr24,
    PixelFormat::rgbx32,      PixelFormat::bgrx32,      PixelFormat::xrgb32,      PixelFormat::xbgr32,
    PixelFormat::i420,        PixelFormat::nv12,        PixelFormat::nv21,        PixelFormat::yuy2,
    PixelFormat::uyvy,        PixelFormat::y42b,        PixelFormat::y444,        PixelFormat::bayer_bggr8,
    PixelFormat::bayer_gbrg8, PixelFormat::bayer_grbg8, PixelFormat::bayer_rggb8,
};

// Bytes from one pixel to the next in planes[0].
std::size_t pixel_step(PixelFormat format);

// The gray of one pixel by definition.
std::uint32_t gray_twin(const FrameView& frame, std::uint32_t x, std::uint32_t y);

// The whole conversion by definition; pixels as uint16 whatever the plan stores.
std::vector<std::uint16_t> convert_twin(const ConvertPlan& plan, const FrameView& frame);

// The stored frame that convert() writes, into memory of exactly the size that it may use.
std::vector<std::uint16_t> converted(const ConvertPlan& plan, const FrameView& frame);

// Random pixels in memory of exactly the frame's size, so that a sanitizer sees a read beyond it. `padding` bytes lie
// between lines, `misalign` before the first; a flipped frame has its lines in reverse order, with a negative stride.
class RandomFrame {
 public:
  RandomFrame(PixelFormat format, std::uint32_t width, std::uint32_t height, std::size_t padding, std::size_t misalign,
              bool flipped, std::uint32_t seed);
  [[nodiscard]] const FrameView& view() const { return view_; }

 private:
  std::vector<std::byte> bytes_;
  FrameView view_;
};

// "rgb24 37x5 crop 3,1 30x4 bin 2 rotate 90": for messages.
std::string describe(const ConvertPlan& plan, const FrameView& frame);

}  // namespace tarsier
