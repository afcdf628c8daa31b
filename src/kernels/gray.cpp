#include "kernels/gray.hpp"

#include <bit>
#include <cstring>

#include "kernels/bayer.hpp"
#include "kernels/multiversion.hpp"

namespace tarsier {
namespace {

static_assert(std::endian::native == std::endian::little, "gray16 is little endian in sources and in slots");

// Positions in bytes within a packed pixel.
struct PackedColour {
  std::size_t step, red, green, blue;
};

template <PackedColour layout>
[[gnu::always_inline]] inline void colour_loop(const std::uint8_t* __restrict source, std::uint8_t* __restrict line,
                                               std::size_t pixels) {
  for (std::size_t x = 0; x < pixels; ++x) {
    const std::uint8_t* pixel = source + x * layout.step;
    const std::uint32_t weighted = GrayWeights::red * pixel[layout.red] + GrayWeights::green * pixel[layout.green] +
                                   GrayWeights::blue * pixel[layout.blue] + GrayWeights::half;
    line[x] = static_cast<std::uint8_t>(weighted >> GrayWeights::shift);
  }
}

TARSIER_MULTIVERSION void rgb24_line(const std::uint8_t* source, std::uint8_t* line, std::size_t pixels) {
  colour_loop<PackedColour{3, 0, 1, 2}>(source, line, pixels);
}
TARSIER_MULTIVERSION void bgr24_line(const std::uint8_t* source, std::uint8_t* line, std::size_t pixels) {
  colour_loop<PackedColour{3, 2, 1, 0}>(source, line, pixels);
}
TARSIER_MULTIVERSION void rgbx32_line(const std::uint8_t* source, std::uint8_t* line, std::size_t pixels) {
  colour_loop<PackedColour{4, 0, 1, 2}>(source, line, pixels);
}
TARSIER_MULTIVERSION void bgrx32_line(const std::uint8_t* source, std::uint8_t* line, std::size_t pixels) {
  colour_loop<PackedColour{4, 2, 1, 0}>(source, line, pixels);
}
TARSIER_MULTIVERSION void xrgb32_line(const std::uint8_t* source, std::uint8_t* line, std::size_t pixels) {
  colour_loop<PackedColour{4, 1, 2, 3}>(source, line, pixels);
}
TARSIER_MULTIVERSION void xbgr32_line(const std::uint8_t* source, std::uint8_t* line, std::size_t pixels) {
  colour_loop<PackedColour{4, 3, 2, 1}>(source, line, pixels);
}

// Every second byte: the luma of packed YUV 4:2:2.
TARSIER_MULTIVERSION void packed_luma_line(const std::uint8_t* __restrict source, std::uint8_t* __restrict line,
                                           std::size_t pixels) {
  for (std::size_t x = 0; x < pixels; ++x) line[x] = source[2 * x];
}

}  // namespace

void gray_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint8_t> line) {
  const auto* source = reinterpret_cast<const std::uint8_t*>(line_of(frame.planes[0], y_px));
  const std::size_t x = x_px;
  switch (frame.format) {
    case PixelFormat::gray16: return;  // not stored as gray8; the caller has checked it
    case PixelFormat::gray8:
    case PixelFormat::i420:
    case PixelFormat::nv12:
    case PixelFormat::nv21:
    case PixelFormat::y42b:
    case PixelFormat::y444: std::memcpy(line.data(), source + x, line.size()); return;
    case PixelFormat::rgb24: return rgb24_line(source + 3 * x, line.data(), line.size());
    case PixelFormat::bgr24: return bgr24_line(source + 3 * x, line.data(), line.size());
    case PixelFormat::rgbx32: return rgbx32_line(source + 4 * x, line.data(), line.size());
    case PixelFormat::bgrx32: return bgrx32_line(source + 4 * x, line.data(), line.size());
    case PixelFormat::xrgb32: return xrgb32_line(source + 4 * x, line.data(), line.size());
    case PixelFormat::xbgr32: return xbgr32_line(source + 4 * x, line.data(), line.size());
    case PixelFormat::yuy2: return packed_luma_line(source + 2 * x, line.data(), line.size());
    case PixelFormat::uyvy: return packed_luma_line(source + 2 * x + 1, line.data(), line.size());
    case PixelFormat::bayer_bggr8:
    case PixelFormat::bayer_gbrg8:
    case PixelFormat::bayer_grbg8:
    case PixelFormat::bayer_rggb8: return bayer_line(frame, x_px, y_px, line);
  }
}

void gray_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint16_t> line) {
  // Copied byte by byte: a source's lines may begin at any address.
  std::memcpy(line.data(), line_of(frame.planes[0], y_px) + std::size_t{2} * x_px, line.size_bytes());
}

}  // namespace tarsier
