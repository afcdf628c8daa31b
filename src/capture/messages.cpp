#include "capture/messages.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/credentials.hpp"
#include "capture/missing_element.hpp"
#include "capture/parameters.hpp"
#include "capture/stream_shape.hpp"

namespace tarsier {
namespace {

// What the element before the sink has to give: its linked pad's, or, when the link was refused, its own pads' caps.
std::string formats_of(GstPad* pad) {
  GstCaps* current = gst_pad_get_current_caps(pad);
  const Owned<GstCaps> caps(current != nullptr ? current : gst_pad_query_caps(pad, nullptr));
  if (!caps || gst_caps_is_any(caps.get()) || gst_caps_is_empty(caps.get())) return {};
  const GstStructure* structure = gst_caps_get_structure(caps.get(), 0);
  const GValue* format = gst_structure_get_value(structure, "format");
  if (format == nullptr) return gst_structure_get_name(structure);
  const Owned<gchar> text(gst_value_serialize(format));
  return text ? text.get() : "";
}

void add_formats(const GValue* item, gpointer data) {
  GstPad* pad = GST_PAD(g_value_get_object(item));
  auto& text = *static_cast<std::string*>(data);
  const std::string formats = gst_pad_is_linked(pad) ? "" : formats_of(pad);
  if (!formats.empty()) text += (text.empty() ? "" : ", ") + formats;
}

std::string offered_formats(const BuiltPipeline& pipeline) {
  const Owned<GstPad> pad(gst_element_get_static_pad(pipeline.sink.get(), "sink"));
  const Owned<GstPad> peer(gst_pad_get_peer(pad.get()));
  if (peer) return formats_of(peer.get());
  const Owned<GstElement> decoder(gst_bin_get_by_name(GST_BIN(pipeline.bin.get()), "decoder"));
  std::string text;
  if (!decoder) return text;
  const Owned<GstIterator> pads(gst_element_iterate_src_pads(decoder.get()));
  (void)gst_iterator_foreach(pads.get(), add_formats, &text);
  return text;
}

bool sink_is_linked(const BuiltPipeline& pipeline) {
  const Owned<GstPad> pad(gst_element_get_static_pad(pipeline.sink.get(), "sink"));
  return gst_pad_is_linked(pad.get()) != FALSE;
}

std::string format_text(const BuiltPipeline& pipeline) {
  const std::string offered = offered_formats(pipeline);
  return fmt::format("the source and the sink agree on no pixel format or size{}{}; accepted are {}",
                     offered.empty() ? "" : ", the source has ", offered, accepted_formats());
}

// Why streams did not fit together, of which GStreamer itself only says "Internal data stream error". Empty: they did.
std::string misfit(const BuiltPipeline& pipeline, std::string_view debug) {
  const bool unlinked = debug.find("not-linked") != std::string_view::npos;
  if (unlinked && sink_is_linked(pipeline)) {
    return "no stream of the source fits the pipeline's elements; it may use another codec than the pipeline decodes";
  }
  if (unlinked || debug.find("not-negotiated") != std::string_view::npos) return format_text(pipeline);
  return {};
}

// The last line of the debug text is the element's own reason; those before it are places in GStreamer's source.
std::string reason(std::string_view debug) {
  const auto line = debug.rfind('\n');
  if (line == std::string_view::npos || line + 1 == debug.size()) return {};
  return fmt::format(" ({})", debug.substr(line + 1));
}

}  // namespace

std::string error_text(const BuiltPipeline& pipeline, GstMessage* error) {
  GError* raw_error = nullptr;
  gchar* raw_debug = nullptr;
  gst_message_parse_error(error, &raw_error, &raw_debug);
  const Owned<GError> owned(raw_error);
  const Owned<gchar> debug(raw_debug);
  const std::string_view details = debug ? debug.get() : "";
  // No element was missed, or the element message before this would have been told instead: nothing in it is video.
  if (g_error_matches(owned.get(), GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN)) return "holds no video";
  if (auto text = misfit(pipeline, details); !text.empty()) return text;
  return without_credentials(std::string(owned->message) + reason(details));
}

Owned<GstMessage> next_message(const BuiltPipeline& pipeline, GstMessageType types, Nanoseconds limit) {
  const Owned<GstBus> bus(gst_element_get_bus(pipeline.bin.get()));
  const auto wait = static_cast<GstClockTime>(std::max<Nanoseconds::rep>(limit.count(), 0));
  return Owned<GstMessage>(gst_bus_timed_pop_filtered(bus.get(), wait, types));
}

}  // namespace tarsier
