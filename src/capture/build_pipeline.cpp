#include "capture/build_pipeline.hpp"

#include <fmt/format.h>
#include <gst/video/video.h>

#include "capture/missing_element.hpp"
#include "capture/parameters.hpp"
#include "capture/property.hpp"
#include "capture/stream_shape.hpp"

namespace tarsier {
namespace {

// Decoders hold frames for every thread they have; two keep the memory the same on every machine.
constexpr int decoder_threads = 2;

void bound_element(GstBin*, GstBin*, GstElement* element, gpointer) {
  if (has_property(element, "max-threads")) g_object_set(element, "max-threads", decoder_threads, nullptr);
}

// Elements of the launch line were added before anybody could listen.
void bound_present_elements(GstElement* bin) {
  const Owned<GstIterator> elements(gst_bin_iterate_recurse(GST_BIN(bin)));
  const auto bound = [](const GValue* item, gpointer) {
    bound_element(nullptr, nullptr, GST_ELEMENT(g_value_get_object(item)), nullptr);
  };
  (void)gst_iterator_foreach(elements.get(), bound, nullptr);
}

Result<Owned<GstElement>> parse(const PipelineDescription& pipeline) {
  const Owned<GstParseContext> context(gst_parse_context_new());
  GError* raw_error = nullptr;
  GstElement* raw =
      gst_parse_launch_full(pipeline.launch.c_str(), context.get(), GST_PARSE_FLAG_FATAL_ERRORS, &raw_error);
  const Owned<GError> error(raw_error);
  Owned<GstElement> element(raw != nullptr ? GST_ELEMENT(gst_object_ref_sink(raw)) : nullptr);
  const std::string missing = missing_elements(context.get());
  if (!missing.empty()) return failure(fmt::format("pipeline {}: {}", pipeline.name, missing));
  if (error) return misuse(fmt::format("pipeline {}: {}; correct its launch line", pipeline.name, error->message));
  if (!element || !GST_IS_PIPELINE(element.get())) {
    return misuse(fmt::format("pipeline {}: the launch line is no pipeline", pipeline.name));
  }
  return element;
}

// Lets producers hand over buffers with any stride, instead of copying each frame to GStreamer's own.
GstPadProbeReturn answer_allocation(GstPad*, GstPadProbeInfo* info, gpointer) {
  GstQuery* query = GST_PAD_PROBE_INFO_QUERY(info);
  if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION) return GST_PAD_PROBE_OK;
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  return GST_PAD_PROBE_HANDLED;
}

void shape_sink(GstElement* sink) {
  const auto caps = accepted_caps();
  g_object_set(sink, "max-buffers", 2u, "drop", FALSE, "wait-on-eos", FALSE, "sync", FALSE, "enable-last-sample", FALSE,
               "emit-signals", FALSE, "qos", FALSE, "caps", caps.get(), nullptr);
  const Owned<GstPad> pad(gst_element_get_static_pad(sink, "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, answer_allocation, nullptr, nullptr);
}

bool wanted(GstMessage* message) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ERROR:
    case GST_MESSAGE_EOS:
    case GST_MESSAGE_ASYNC_DONE:
    case GST_MESSAGE_APPLICATION: return true;
    case GST_MESSAGE_ELEMENT: return gst_message_has_name(message, "missing-plugin") != FALSE;
    default: return false;
  }
}

// A pipeline talks all the time, and an unread bus grows.
GstBusSyncReply filter(GstBus*, GstMessage* message, gpointer) {
  if (wanted(message)) return GST_BUS_PASS;
  gst_message_unref(message);
  return GST_BUS_DROP;
}

void use_monotonic_clock(GstElement* bin) {
  const Owned<GstClock> clock(gst_system_clock_obtain());
  gst_pipeline_use_clock(GST_PIPELINE(bin), clock.get());
}

}  // namespace

Result<BuiltPipeline> build_pipeline(const SourceConfig& source, const PipelineDescription& pipeline) {
  if (auto checked = check_parameters(source, pipeline); !checked) return unexpected(std::move(checked.error()));
  auto bin = parse(pipeline);
  if (!bin) return unexpected(std::move(bin.error()));
  Owned<GstElement> sink(gst_bin_get_by_name(GST_BIN(bin->get()), "sink"));
  if (!sink || !GST_IS_APP_SINK(sink.get())) {
    return misuse(fmt::format("pipeline {}: the launch line must end in: appsink name=sink", pipeline.name));
  }
  shape_sink(sink.get());
  bound_present_elements(bin->get());
  g_signal_connect(bin->get(), "deep-element-added", G_CALLBACK(bound_element), nullptr);
  if (auto set = set_parameters(bin->get(), source, pipeline); !set) return unexpected(std::move(set.error()));
  use_monotonic_clock(bin->get());
  const Owned<GstBus> bus(gst_element_get_bus(bin->get()));
  gst_bus_set_sync_handler(bus.get(), filter, nullptr, nullptr);
  return BuiltPipeline{std::move(*bin), std::move(sink)};
}

}  // namespace tarsier
