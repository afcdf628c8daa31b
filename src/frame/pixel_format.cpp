#include "frame/pixel_format.hpp"

namespace tarsier {

std::string_view to_text(PixelFormat format) {
  switch (format) {
    case PixelFormat::gray8: return "gray8";
    case PixelFormat::gray16: return "gray16";
    case PixelFormat::rgb24: return "rgb24";
    case PixelFormat::bgr24: return "bgr24";
    case PixelFormat::rgbx32: return "rgbx32";
    case PixelFormat::bgrx32: return "bgrx32";
    case PixelFormat::xrgb32: return "xrgb32";
    case PixelFormat::xbgr32: return "xbgr32";
    case PixelFormat::i420: return "i420";
    case PixelFormat::nv12: return "nv12";
    case PixelFormat::nv21: return "nv21";
    case PixelFormat::yuy2: return "yuy2";
    case PixelFormat::uyvy: return "uyvy";
    case PixelFormat::y42b: return "y42b";
    case PixelFormat::y444: return "y444";
    case PixelFormat::bayer_bggr8: return "bayer_bggr8";
    case PixelFormat::bayer_gbrg8: return "bayer_gbrg8";
    case PixelFormat::bayer_grbg8: return "bayer_grbg8";
    case PixelFormat::bayer_rggb8: return "bayer_rggb8";
  }
  return "unknown";
}

std::string_view to_text(StoredPixel pixel) { return pixel == StoredPixel::gray8 ? "gray8" : "gray16"; }

std::optional<StoredPixel> stored_pixel_from(std::string_view text) {
  if (text == "gray8") return StoredPixel::gray8;
  if (text == "gray16") return StoredPixel::gray16;
  return std::nullopt;
}

std::string_view to_text(LumaRange range) {
  switch (range) {
    case LumaRange::full: return "full";
    case LumaRange::limited: return "limited";
    case LumaRange::unknown: break;
  }
  return "unknown";
}

}  // namespace tarsier
