#include "frame/pixel_format.hpp"

#include <algorithm>
#include <array>

namespace tarsier {
namespace {

// `group_pixels` pixels lie in `group_bytes` bytes of planes[0].
struct FormatFacts {
  PixelFormat format;
  std::string_view name;
  Packing packing;
  std::uint8_t group_pixels, group_bytes;
};

using enum PixelFormat;

constexpr std::array formats{
    FormatFacts{gray8, "gray8", Packing::bytes, 1, 1},
    FormatFacts{gray10, "gray10", Packing::words, 1, 2},
    FormatFacts{gray12, "gray12", Packing::words, 1, 2},
    FormatFacts{gray14, "gray14", Packing::words, 1, 2},
    FormatFacts{gray16, "gray16", Packing::words, 1, 2},
    FormatFacts{gray_raw10, "gray_raw10", Packing::raw10, 4, 5},
    FormatFacts{gray_raw12, "gray_raw12", Packing::raw12, 2, 3},
    FormatFacts{rgb24, "rgb24", Packing::bytes, 1, 3},
    FormatFacts{bgr24, "bgr24", Packing::bytes, 1, 3},
    FormatFacts{rgbx32, "rgbx32", Packing::bytes, 1, 4},
    FormatFacts{bgrx32, "bgrx32", Packing::bytes, 1, 4},
    FormatFacts{xrgb32, "xrgb32", Packing::bytes, 1, 4},
    FormatFacts{xbgr32, "xbgr32", Packing::bytes, 1, 4},
    FormatFacts{i420, "i420", Packing::bytes, 1, 1},
    FormatFacts{nv12, "nv12", Packing::bytes, 1, 1},
    FormatFacts{nv21, "nv21", Packing::bytes, 1, 1},
    FormatFacts{yuy2, "yuy2", Packing::bytes, 1, 2},
    FormatFacts{uyvy, "uyvy", Packing::bytes, 1, 2},
    FormatFacts{y42b, "y42b", Packing::bytes, 1, 1},
    FormatFacts{y444, "y444", Packing::bytes, 1, 1},
    FormatFacts{bayer_bggr8, "bayer_bggr8", Packing::bytes, 1, 1},
    FormatFacts{bayer_gbrg8, "bayer_gbrg8", Packing::bytes, 1, 1},
    FormatFacts{bayer_grbg8, "bayer_grbg8", Packing::bytes, 1, 1},
    FormatFacts{bayer_rggb8, "bayer_rggb8", Packing::bytes, 1, 1},
    FormatFacts{bayer_bggr16, "bayer_bggr16", Packing::words, 1, 2},
    FormatFacts{bayer_gbrg16, "bayer_gbrg16", Packing::words, 1, 2},
    FormatFacts{bayer_grbg16, "bayer_grbg16", Packing::words, 1, 2},
    FormatFacts{bayer_rggb16, "bayer_rggb16", Packing::words, 1, 2},
    FormatFacts{bayer_bggr_raw10, "bayer_bggr_raw10", Packing::raw10, 4, 5},
    FormatFacts{bayer_gbrg_raw10, "bayer_gbrg_raw10", Packing::raw10, 4, 5},
    FormatFacts{bayer_grbg_raw10, "bayer_grbg_raw10", Packing::raw10, 4, 5},
    FormatFacts{bayer_rggb_raw10, "bayer_rggb_raw10", Packing::raw10, 4, 5},
    FormatFacts{bayer_bggr_raw12, "bayer_bggr_raw12", Packing::raw12, 2, 3},
    FormatFacts{bayer_gbrg_raw12, "bayer_gbrg_raw12", Packing::raw12, 2, 3},
    FormatFacts{bayer_grbg_raw12, "bayer_grbg_raw12", Packing::raw12, 2, 3},
    FormatFacts{bayer_rggb_raw12, "bayer_rggb_raw12", Packing::raw12, 2, 3},
};

constexpr auto every_format = [] {
  std::array<PixelFormat, formats.size()> every{};
  for (std::size_t i = 0; i < formats.size(); ++i) every[i] = formats[i].format;
  return every;
}();

constexpr bool in_order() {
  for (std::size_t i = 0; i < formats.size(); ++i) {
    if (static_cast<std::size_t>(formats[i].format) != i) return false;
  }
  return static_cast<std::size_t>(bayer_rggb_raw12) + 1 == formats.size();
}
static_assert(in_order(), "a format is found by its number");

const FormatFacts& facts(PixelFormat format) { return formats[static_cast<std::size_t>(format)]; }

}  // namespace

std::span<const PixelFormat> all_pixel_formats() { return every_format; }

std::string_view to_text(PixelFormat format) { return facts(format).name; }

std::optional<PixelFormat> pixel_format_from(std::string_view text) {
  const auto* found = std::ranges::find(formats, text, &FormatFacts::name);
  if (found == formats.end()) return std::nullopt;
  return found->format;
}

StoredPixel natural_pixel(PixelFormat format) {
  return packing(format) == Packing::bytes ? StoredPixel::gray8 : StoredPixel::gray16;
}

bool is_bayer(PixelFormat format) { return format >= bayer_bggr8; }

Packing packing(PixelFormat format) { return facts(format).packing; }

std::size_t line_bytes(PixelFormat format, std::size_t width_px) {
  const FormatFacts& fact = facts(format);
  return (width_px + fact.group_pixels - 1) / fact.group_pixels * fact.group_bytes;
}

std::string_view to_text(StoredPixel pixel) { return pixel == StoredPixel::gray8 ? "gray8" : "gray16"; }

std::optional<StoredPixel> stored_pixel_from(std::string_view text) {
  if (text == "gray8") return StoredPixel::gray8;
  if (text == "gray16") return StoredPixel::gray16;
  return std::nullopt;
}

std::uint64_t image_bytes(PixelFormat format, std::uint32_t width_px, std::uint32_t height_px) {
  const std::uint64_t first = std::uint64_t{line_bytes(format, width_px)} * height_px;
  const std::uint64_t half_width = (std::uint64_t{width_px} + 1) / 2;
  const std::uint64_t half_height = (std::uint64_t{height_px} + 1) / 2;
  switch (format) {
    case PixelFormat::i420:
    case PixelFormat::nv12:
    case PixelFormat::nv21: return first + 2 * half_width * half_height;
    case PixelFormat::y42b: return first + 2 * half_width * height_px;
    case PixelFormat::y444: return 3 * first;
    default: return first;
  }
}

std::string_view to_text(LumaRange range) {
  switch (range) {
    case LumaRange::full: return "full";
    case LumaRange::limited: return "limited";
    case LumaRange::unknown: break;
  }
  return "unknown";
}

std::string_view to_text(BayerMethod method) { return method == BayerMethod::superpixel ? "superpixel" : "bilinear"; }

std::optional<BayerMethod> bayer_method_from(std::string_view text) {
  if (text == "bilinear") return BayerMethod::bilinear;
  if (text == "superpixel") return BayerMethod::superpixel;
  return std::nullopt;
}

std::string_view to_text(Flip flip) {
  switch (flip) {
    case Flip::horizontal: return "horizontal";
    case Flip::vertical: return "vertical";
    case Flip::none: break;
  }
  return "none";
}

std::optional<Flip> flip_from(std::string_view text) {
  for (const Flip flip : {Flip::none, Flip::horizontal, Flip::vertical}) {
    if (to_text(flip) == text) return flip;
  }
  return std::nullopt;
}

}  // namespace tarsier
