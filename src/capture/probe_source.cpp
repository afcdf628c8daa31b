#include <fmt/format.h>

#include <cmath>

#include "base/credentials.hpp"
#include "base/log.hpp"
#include "capture/build_pipeline.hpp"
#include "capture/camera.hpp"
#include "capture/messages.hpp"
#include "capture/missing_element.hpp"
#include "capture/parameters.hpp"
#include "capture/property.hpp"
#include "capture/stream_shape.hpp"

namespace tarsier {
namespace {

using std::chrono::seconds;
constexpr Nanoseconds probe_limit = seconds(20);
constexpr Nanoseconds probe_stop_limit = seconds(5);

// A live source is played only until it says what its frames are; no frame is taken. The pad itself knows only when
// this is over.
GstPadProbeReturn announce_caps(GstPad* pad, GstPadProbeInfo* info, gpointer) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  const Owned<GstElement> sink(gst_pad_get_parent_element(pad));
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS || !sink) return GST_PAD_PROBE_OK;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  GstStructure* facts = gst_structure_new("caps-known", "caps", GST_TYPE_CAPS, caps, nullptr);
  gst_element_post_message(sink.get(), gst_message_new_application(GST_OBJECT(sink.get()), facts));
  return GST_PAD_PROBE_OK;
}

// "source.location" of a source that has one, so that a message tells which file.
std::string place_of(const SourceConfig& source) {
  for (const char* name : {"location", "device", "camera_name"}) {
    const auto found = source.parameters.find(name);
    if (found != source.parameters.end() && found->second.is_string()) {
      return without_credentials(found->second.get<std::string>());
    }
  }
  return "pipeline " + source.pipeline;
}

// Of the announcement, or those that the sink has by the time a recording has given its first frame.
Result<Owned<GstCaps>> caps_of(const BuiltPipeline& built, GstMessage* ready) {
  GstCaps* caps = nullptr;
  if (GST_MESSAGE_TYPE(ready) == GST_MESSAGE_APPLICATION) {
    gst_structure_get(gst_message_get_structure(ready), "caps", GST_TYPE_CAPS, &caps, nullptr);
  } else {
    const Owned<GstPad> pad(gst_element_get_static_pad(built.sink.get(), "sink"));
    caps = gst_pad_get_current_caps(pad.get());
  }
  if (caps == nullptr) return failure("holds no video");
  return Owned<GstCaps>(caps);
}

Result<Owned<GstCaps>> wait_for_caps(const BuiltPipeline& built, bool live) {
  const SystemClock clock;
  const Nanoseconds deadline = clock.monotonic() + probe_limit;
  const auto ready = live ? GST_MESSAGE_APPLICATION : GST_MESSAGE_ASYNC_DONE;
  const auto types = static_cast<GstMessageType>(ready | GST_MESSAGE_ERROR | GST_MESSAGE_EOS | GST_MESSAGE_ELEMENT);
  std::string missing;
  while (const auto message = next_message(built, types, deadline - clock.monotonic())) {
    const auto type = GST_MESSAGE_TYPE(message.get());
    if (type == ready) return caps_of(built, message.get());
    if (type == GST_MESSAGE_ELEMENT) {
      missing = missing_plugin(message.get());
      continue;
    }
    if (!missing.empty()) return failure(missing);
    if (type == GST_MESSAGE_EOS) return failure("holds no video that can be decoded");
    return failure(error_text(built, message.get()));
  }
  return failure(fmt::format("gave no frame within {} s; check the source and its connection",
                             std::chrono::duration_cast<seconds>(probe_limit).count()));
}

Result<Owned<GstCaps>> start(const BuiltPipeline& built, bool live) {
  const Owned<GstPad> pad(gst_element_get_static_pad(built.sink.get(), "sink"));
  if (live) gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, announce_caps, nullptr, nullptr);
  // A refusal has its reason on the bus.
  (void)gst_element_set_state(built.bin.get(), live ? GST_STATE_PLAYING : GST_STATE_PAUSED);
  return wait_for_caps(built, live);
}

std::optional<std::uint64_t> frames_of(const BuiltPipeline& built, double frames_per_s) {
  const Owned<GstElement> source(gst_bin_get_by_name(GST_BIN(built.bin.get()), "source"));
  gint limit = -1;
  if (source && has_property(source.get(), "num-buffers")) g_object_get(source.get(), "num-buffers", &limit, nullptr);
  if (limit >= 0) return static_cast<std::uint64_t>(limit);
  gint64 duration = 0;
  if (frames_per_s <= 0 || !gst_element_query_duration(built.bin.get(), GST_FORMAT_TIME, &duration) || duration <= 0) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(duration) * 1e-9 * frames_per_s));
}

Result<SourceFacts> read_facts(const BuiltPipeline& built, GstCaps* caps) {
  const auto shape = read_caps(caps);
  if (!shape) return unexpected(shape.error());
  SourceFacts facts;
  facts.size = shape->size;
  facts.format = shape->format;
  facts.frames_per_s = shape->frames_per_s;
  facts.luma_range = shape->luma_range;
  facts.frames = frames_of(built, shape->frames_per_s);
  return facts;
}

}  // namespace

Result<SourceFacts> probe_source(const SourceConfig& source, const PipelineDescription& pipeline) {
  auto built = build_pipeline(source, pipeline);
  if (!built) return unexpected(std::move(built.error()));
  const auto caps = start(*built, pipeline.live);
  Result<SourceFacts> facts = caps ? read_facts(*built, caps->get()) : unexpected(caps.error());
  if (!tear_down(std::move(*built), nullptr, probe_stop_limit)) {
    log(Severity::error, fmt::format("{}: the driver does not stop; unplug the camera or restart", place_of(source)));
  }
  if (!facts) return unexpected(std::move(facts.error()).within(place_of(source)));
  facts->pipeline_line = pipeline_line(source, pipeline);
  return facts;
}

}  // namespace tarsier
