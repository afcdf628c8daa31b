#include "capture/stream_shape.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

namespace tarsier {
namespace {

struct AcceptedFormat {
  const char* name;  // GStreamer's
  PixelFormat format;
};

// The fourth byte of a pixel is not read, be it padding or alpha. GStreamer before 1.24 has no GRAY10_LE16.
constexpr std::array<AcceptedFormat, 20> raw_formats{{
    {"GRAY8", PixelFormat::gray8}, {"GRAY16_LE", PixelFormat::gray16},   {"I420", PixelFormat::i420},
    {"NV12", PixelFormat::nv12},   {"NV21", PixelFormat::nv21},          {"Y42B", PixelFormat::y42b},
    {"Y444", PixelFormat::y444},   {"YUY2", PixelFormat::yuy2},          {"UYVY", PixelFormat::uyvy},
    {"RGB", PixelFormat::rgb24},   {"BGR", PixelFormat::bgr24},          {"RGBx", PixelFormat::rgbx32},
    {"BGRx", PixelFormat::bgrx32}, {"xRGB", PixelFormat::xrgb32},        {"xBGR", PixelFormat::xbgr32},
    {"RGBA", PixelFormat::rgbx32}, {"BGRA", PixelFormat::bgrx32},        {"ARGB", PixelFormat::xrgb32},
    {"ABGR", PixelFormat::xbgr32}, {"GRAY10_LE16", PixelFormat::gray10},
}};

// The deeper ones are in 16-bit words; drivers and elements name them since GStreamer 1.24.
constexpr std::array<AcceptedFormat, 20> bayer_formats{{
    {"bggr", PixelFormat::bayer_bggr8},      {"gbrg", PixelFormat::bayer_gbrg8},
    {"grbg", PixelFormat::bayer_grbg8},      {"rggb", PixelFormat::bayer_rggb8},
    {"bggr10le", PixelFormat::bayer_bggr16}, {"gbrg10le", PixelFormat::bayer_gbrg16},
    {"grbg10le", PixelFormat::bayer_grbg16}, {"rggb10le", PixelFormat::bayer_rggb16},
    {"bggr12le", PixelFormat::bayer_bggr16}, {"gbrg12le", PixelFormat::bayer_gbrg16},
    {"grbg12le", PixelFormat::bayer_grbg16}, {"rggb12le", PixelFormat::bayer_rggb16},
    {"bggr14le", PixelFormat::bayer_bggr16}, {"gbrg14le", PixelFormat::bayer_gbrg16},
    {"grbg14le", PixelFormat::bayer_grbg16}, {"rggb14le", PixelFormat::bayer_rggb16},
    {"bggr16le", PixelFormat::bayer_bggr16}, {"gbrg16le", PixelFormat::bayer_gbrg16},
    {"grbg16le", PixelFormat::bayer_grbg16}, {"rggb16le", PixelFormat::bayer_rggb16},
}};

// Raw formats that the installed GStreamer does not know can't be in its caps.
bool known(const AcceptedFormat& format) {
  return is_bayer(format.format) || gst_video_format_from_string(format.name) != GST_VIDEO_FORMAT_UNKNOWN;
}

template <typename Formats>
std::string list(const Formats& formats) {
  std::string text;
  for (const auto& format : formats) {
    if (known(format)) fmt::format_to(std::back_inserter(text), "{}{}", text.empty() ? "" : ", ", format.name);
  }
  return text;
}

template <typename Formats>
std::optional<PixelFormat> find(const Formats& formats, std::string_view name) {
  for (const auto& format : formats) {
    if (name == format.name) return format.format;
  }
  return std::nullopt;
}

LumaRange luma_range(const GstVideoInfo& info, const GstStructure* structure) {
  // Without the field GStreamer fills in a default, which is a guess.
  const bool told = gst_structure_has_field(structure, "colorimetry") != FALSE;
  const auto range = told ? info.colorimetry.range : GST_VIDEO_COLOR_RANGE_UNKNOWN;
  if (GST_VIDEO_INFO_IS_RGB(&info)) return LumaRange::full;
  if (range == GST_VIDEO_COLOR_RANGE_16_235) return LumaRange::limited;
  if (range == GST_VIDEO_COLOR_RANGE_0_255 || GST_VIDEO_INFO_IS_GRAY(&info)) return LumaRange::full;
  return LumaRange::unknown;
}

double frame_rate(const GstStructure* structure) {
  gint numerator = 0, denominator = 1;
  if (!gst_structure_get_fraction(structure, "framerate", &numerator, &denominator) || denominator == 0) return 0;
  return static_cast<double>(numerator) / denominator;
}

tl::unexpected<Error> not_accepted(const char* format) {
  return failure(fmt::format("pixel format {} is not accepted; accepted are {}", format != nullptr ? format : "unknown",
                             accepted_formats()));
}

Result<StreamShape> read_bayer(const GstStructure* structure) {
  StreamShape shape;
  const char* name = gst_structure_get_string(structure, "format");
  const auto format = find(bayer_formats, name != nullptr ? name : "");
  if (!format) return not_accepted(name);
  gint width = 0, height = 0;
  gst_structure_get_int(structure, "width", &width);
  gst_structure_get_int(structure, "height", &height);
  if (width <= 0 || height <= 0) return failure("the source tells no frame size");
  shape.format = *format;
  shape.size = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
  shape.frames_per_s = frame_rate(structure);
  shape.luma_range = LumaRange::full;
  shape.bayer = true;
  return shape;
}

}  // namespace

std::string accepted_formats() { return list(raw_formats) + "; Bayer " + list(bayer_formats); }

bool is_bayer_format(std::string_view name) { return find(bayer_formats, name).has_value(); }

Owned<GstCaps> accepted_caps() {
  const auto text = fmt::format("video/x-raw, format=(string){{ {} }}; video/x-bayer, format=(string){{ {} }}",
                                list(raw_formats), list(bayer_formats));
  return Owned<GstCaps>(gst_caps_from_string(text.c_str()));
}

Result<StreamShape> read_caps(GstCaps* caps) {
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  if (gst_structure_has_name(structure, "video/x-bayer")) return read_bayer(structure);
  StreamShape shape;
  const char* name = gst_structure_get_string(structure, "format");
  const auto format = find(raw_formats, name != nullptr ? name : "");
  if (!format) return not_accepted(name);
  if (!gst_video_info_from_caps(&shape.info, caps)) return failure("the source tells no frame size");
  shape.format = *format;
  shape.size = {static_cast<std::uint32_t>(GST_VIDEO_INFO_WIDTH(&shape.info)),
                static_cast<std::uint32_t>(GST_VIDEO_INFO_HEIGHT(&shape.info))};
  shape.frames_per_s = frame_rate(structure);
  shape.luma_range = luma_range(shape.info, structure);
  return shape;
}

}  // namespace tarsier
