#include "kernels/gray.hpp"

#include <cstring>

#include "kernels/colour_line.hpp"
#include "kernels/samples.hpp"
#include "kernels/versions.hpp"

namespace tarsier {
namespace {

// Every second byte: the luma of packed YUV 4:2:2.
TARSIER_LOOP void packed_luma_loop(const std::uint8_t* __restrict source, std::uint8_t* __restrict line,
                                   std::size_t pixels) {
  for (std::size_t x = 0; x < pixels; ++x) line[x] = source[2 * x];
}
TARSIER_VERSIONS(void, packed_luma, (const std::uint8_t* source, std::uint8_t* line, std::size_t pixels),
                 (source, line, pixels))

}  // namespace

bool is_plain_gray8(PixelFormat format) {
  return packing(format) == Packing::bytes && !is_bayer(format) && line_bytes(format, 1) == 1;
}

void gray_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint8_t> line) {
  const auto* source = reinterpret_cast<const std::uint8_t*>(line_of(frame.planes[0], y_px));
  source += line_bytes(frame.format, x_px);
  switch (frame.format) {
    case PixelFormat::rgb24: return colour_line<rgb24_colour>(source, line.data(), line.size());
    case PixelFormat::bgr24: return colour_line<bgr24_colour>(source, line.data(), line.size());
    case PixelFormat::rgbx32: return colour_line<rgbx32_colour>(source, line.data(), line.size());
    case PixelFormat::bgrx32: return colour_line<bgrx32_colour>(source, line.data(), line.size());
    case PixelFormat::xrgb32: return colour_line<xrgb32_colour>(source, line.data(), line.size());
    case PixelFormat::xbgr32: return colour_line<xbgr32_colour>(source, line.data(), line.size());
    case PixelFormat::yuy2: return packed_luma(source, line.data(), line.size());
    case PixelFormat::uyvy: return packed_luma(source + 1, line.data(), line.size());
    default: std::memcpy(line.data(), source, line.size()); return;
  }
}

void gray_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint16_t> line) {
  read_samples(line_of(frame.planes[0], y_px), packing(frame.format), x_px, line);
}

}  // namespace tarsier
