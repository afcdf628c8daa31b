// The pixel formats that sources may deliver, and the two that Tarsier stores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tarsier {

// What a source delivers. Of the YUV formats only the luma plane is read, as it is. Samples of more than 8 bits lie in
// little-endian 16-bit words, right-aligned, or packed as MIPI CSI-2 packs them, in lines of whole groups:
//   raw10: 5 bytes for 4 samples; the upper 8 bits of each, then 2 bits of each, the first sample's lowest
//   raw12: 3 bytes for 2 samples; the upper 8 bits of each, then 4 bits of each, the first sample's lowest
// A Bayer word names the colours of the first two lines from the left: bggr is B G over G R. Those in 16-bit words
// hold 10, 12, 14 or 16 bits, which all are treated alike.
enum class PixelFormat : std::uint8_t {
  gray8,
  gray10,
  gray12,
  gray14,
  gray16,
  gray_raw10,
  gray_raw12,
  rgb24,
  bgr24,
  rgbx32,
  bgrx32,
  xrgb32,
  xbgr32,
  i420,
  nv12,
  nv21,
  yuy2,
  uyvy,
  y42b,
  y444,
  bayer_bggr8,
  bayer_gbrg8,
  bayer_grbg8,
  bayer_rggb8,
  bayer_bggr16,
  bayer_gbrg16,
  bayer_grbg16,
  bayer_rggb16,
  bayer_bggr_raw10,
  bayer_gbrg_raw10,
  bayer_grbg_raw10,
  bayer_rggb_raw10,
  bayer_bggr_raw12,
  bayer_gbrg_raw12,
  bayer_grbg_raw12,
  bayer_rggb_raw12,
};

// What a slot and /frames hold: one sample a pixel, uint8 or uint16 in native (little) byte order.
enum class StoredPixel : std::uint8_t { gray8, gray16 };

[[nodiscard]] constexpr std::uint32_t bytes_per_pixel(StoredPixel pixel) { return pixel == StoredPixel::gray8 ? 1 : 2; }
[[nodiscard]] constexpr std::uint32_t largest_value(StoredPixel pixel) {
  return pixel == StoredPixel::gray8 ? 255 : 65535;
}

// Every format, in the order of the enumeration.
[[nodiscard]] std::span<const PixelFormat> all_pixel_formats();

// "gray8", "rgbx32", "bayer_rggb_raw10", ...: the word used in messages and files.
[[nodiscard]] std::string_view to_text(PixelFormat format);
[[nodiscard]] std::optional<PixelFormat> pixel_format_from(std::string_view text);
[[nodiscard]] std::string_view to_text(StoredPixel pixel);
[[nodiscard]] std::optional<StoredPixel> stored_pixel_from(std::string_view text);

// Which stored pixel a source of `format` can be converted to without guessing a scale: samples of more than 8 bits
// only to gray16, all others only to gray8.
[[nodiscard]] StoredPixel natural_pixel(PixelFormat format);

// Samples of one colour each, under a mosaic of filters.
[[nodiscard]] bool is_bayer(PixelFormat format);

// How samples lie in planes[0].
enum class Packing : std::uint8_t { bytes, words, raw10, raw12 };
[[nodiscard]] Packing packing(PixelFormat format);

// Bytes of a line of planes[0] that hold `width_px` pixels; what follows them may be missing after the last line.
[[nodiscard]] std::size_t line_bytes(PixelFormat format, std::size_t width_px);
// Bytes of a whole image, all planes one behind the other, without padding.
[[nodiscard]] std::uint64_t image_bytes(PixelFormat format, std::uint32_t width_px, std::uint32_t height_px);

// Whether the values of a YUV source's luma run from 0 to 255 or from 16 to 235; of other sources: full.
enum class LumaRange : std::uint8_t { full, limited, unknown };
[[nodiscard]] std::string_view to_text(LumaRange range);

// How the gray of a Bayer mosaic is made: at full resolution from each pixel's neighbours, or one pixel of each square
// of 2x2 samples, which halves width and height.
enum class BayerMethod : std::uint8_t { bilinear, superpixel };
[[nodiscard]] std::string_view to_text(BayerMethod method);
[[nodiscard]] std::optional<BayerMethod> bayer_method_from(std::string_view text);

// Mirrors an image: horizontal swaps left and right, vertical top and bottom.
enum class Flip : std::uint8_t { none, horizontal, vertical };
[[nodiscard]] std::string_view to_text(Flip flip);
[[nodiscard]] std::optional<Flip> flip_from(std::string_view text);

}  // namespace tarsier
