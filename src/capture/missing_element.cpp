#include "capture/missing_element.hpp"

#include <fmt/format.h>

#include <array>

namespace tarsier {
namespace {

struct Provider {
  std::string_view element;  // or the beginning of its name
  std::string_view remedy;
};

constexpr std::string_view base = "install the Debian package gstreamer1.0-plugins-base";
constexpr std::string_view good = "install the Debian package gstreamer1.0-plugins-good";
constexpr std::string_view bad = "install the Debian package gstreamer1.0-plugins-bad";
constexpr std::string_view ugly = "install the Debian package gstreamer1.0-plugins-ugly";
constexpr std::string_view libav = "install the Debian package gstreamer1.0-libav";
constexpr std::string_view jetson =
    "install the GStreamer plugins of NVIDIA's Jetson Linux (L4T): package nvidia-l4t-gstreamer";

// The first that matches counts.
constexpr std::array<Provider, 28> providers{{
    {"libcamera", "install the Debian package gstreamer1.0-libcamera"},
    {"nvarguscamerasrc", jetson},
    {"nvv4l2", jetson},
    {"nvvidconv", jetson},
    {"nvjpeg", jetson},
    {"avdec_", libav},
    {"avdemux_", libav},
    {"asfdemux", ugly},
    {"v4l2", good},
    {"rtp", good},
    {"rtsp", good},
    {"udpsrc", good},
    {"jpeg", good},
    {"png", good},
    {"multifile", good},
    {"imagesequence", good},
    {"qtdemux", good},
    {"matroska", good},
    {"avidemux", good},
    {"h264parse", bad},
    {"h265parse", bad},
    {"jpegparse", bad},
    {"bayer2rgb", bad},
    {"decodebin", base},
    {"videotestsrc", base},
    {"appsink", base},
    {"videoscale", base},
    {"videorate", base},
}};

std::string_view remedy_for_type(std::string_view type, std::string_view detail) {
  if (detail.find("x-ms-asf") != std::string_view::npos) return ugly;
  if (type == "decoder") return "install the Debian packages gstreamer1.0-libav and gstreamer1.0-plugins-good";
  return "install the Debian packages gstreamer1.0-plugins-good and gstreamer1.0-plugins-bad";
}

}  // namespace

std::string remedy_for_element(std::string_view element) {
  for (const auto& provider : providers) {
    if (element.substr(0, provider.element.size()) == provider.element) return std::string(provider.remedy);
  }
  return fmt::format("find its package with: apt-file search {}, or check the name with gst-inspect-1.0", element);
}

std::string missing_elements(const GstParseContext* context) {
  std::string text;
  gchar** names = gst_parse_context_get_missing_elements(const_cast<GstParseContext*>(context));
  for (gchar** name = names; name != nullptr && *name != nullptr; ++name) {
    fmt::format_to(std::back_inserter(text), "{}GStreamer element {} is not installed; {}", text.empty() ? "" : "; ",
                   *name, remedy_for_element(*name));
  }
  g_strfreev(names);
  return text;
}

std::string missing_plugin(GstMessage* message) {
  const GstStructure* facts = gst_message_get_structure(message);
  if (facts == nullptr || !gst_structure_has_name(facts, "missing-plugin")) return {};
  const char* type = gst_structure_get_string(facts, "type");
  const char* name = gst_structure_get_string(facts, "name");
  const Owned<gchar> detail(gst_structure_to_string(facts));
  const std::string_view type_name = type != nullptr ? type : "plugin";
  return fmt::format("the GStreamer {} \"{}\" is not installed; {}", type_name, name != nullptr ? name : "this source",
                     remedy_for_type(type_name, detail.get()));
}

}  // namespace tarsier
