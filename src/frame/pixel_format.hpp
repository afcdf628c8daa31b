// The pixel formats that sources may deliver, and the two that Tarsier stores.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tarsier {

// What a source delivers. Of the YUV formats only the luma plane is read, as it is.
enum class PixelFormat : std::uint8_t {
  gray8,
  gray16,  // little endian
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
};

// What a slot and /frames hold: one sample a pixel, uint8 or uint16 in native (little) byte order.
enum class StoredPixel : std::uint8_t { gray8, gray16 };

[[nodiscard]] constexpr std::uint32_t bytes_per_pixel(StoredPixel pixel) { return pixel == StoredPixel::gray8 ? 1 : 2; }
[[nodiscard]] constexpr std::uint32_t largest_value(StoredPixel pixel) {
  return pixel == StoredPixel::gray8 ? 255 : 65535;
}

// "gray8", "rgbx32", ...: the word used in messages and files.
[[nodiscard]] std::string_view to_text(PixelFormat format);
[[nodiscard]] std::string_view to_text(StoredPixel pixel);
[[nodiscard]] std::optional<StoredPixel> stored_pixel_from(std::string_view text);

// Which stored pixel a source of `format` can be converted to without guessing a scale: gray16 only to gray16, all
// others only to gray8.
[[nodiscard]] constexpr StoredPixel natural_pixel(PixelFormat format) {
  return format == PixelFormat::gray16 ? StoredPixel::gray16 : StoredPixel::gray8;
}

// Whether the values of a YUV source's luma run from 0 to 255 or from 16 to 235; of other sources: full.
enum class LumaRange : std::uint8_t { full, limited, unknown };
[[nodiscard]] std::string_view to_text(LumaRange range);

}  // namespace tarsier
