#include "capture/stream.hpp"

#include <fmt/format.h>

#include "capture/mapped_frame.hpp"
#include "capture/messages.hpp"
#include "capture/parameters.hpp"
#include "capture/property.hpp"

namespace tarsier {
namespace {

// Whether the source has been told to end after so many buffers.
bool is_limited(GstElement* bin) {
  const Owned<GstElement> source(gst_bin_get_by_name(GST_BIN(bin), "source"));
  gint limit = -1;
  if (source && has_property(source.get(), "num-buffers")) g_object_get(source.get(), "num-buffers", &limit, nullptr);
  return limit >= 0;
}

GstPadProbeReturn stamp(GstPad*, GstPadProbeInfo* info, gpointer stamps) {
  GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  if (GST_BUFFER_PTS_IS_VALID(buffer) && GST_BUFFER_OFFSET_IS_VALID(buffer)) {
    static_cast<SequenceStamps*>(stamps)->put(GST_BUFFER_PTS(buffer), GST_BUFFER_OFFSET(buffer));
  }
  return GST_PAD_PROBE_OK;
}

Nanoseconds nanoseconds(GstClockTime time) { return Nanoseconds{static_cast<Nanoseconds::rep>(time)}; }

}  // namespace

Stream::Stream(BuiltPipeline pipeline, StreamSettings settings, std::uint64_t generation)
    : pipeline_(std::move(pipeline)),
      sink_(pipeline_.app_sink()),
      settings_(std::move(settings)),
      generation_(generation) {
  endless_ = settings_.live && !is_limited(pipeline_.bin.get());
  if (settings_.counts_frames) count_source_frames();
  GstAppSinkCallbacks callbacks{};
  callbacks.eos = [](GstAppSink*, gpointer self) { static_cast<Stream*>(self)->note_end(); };
  callbacks.new_sample = [](GstAppSink*, gpointer self) { return static_cast<Stream*>(self)->take_sample(); };
  gst_app_sink_set_callbacks(sink_, &callbacks, this, nullptr);
}

void Stream::count_source_frames() {
  const Owned<GstElement> source(gst_bin_get_by_name(GST_BIN(pipeline_.bin.get()), "source"));
  const Owned<GstPad> pad(source ? gst_element_get_static_pad(source.get(), "src") : nullptr);
  if (pad) gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, stamp, &stamps_, nullptr);
}

bool Stream::play() {
  return gst_element_set_state(pipeline_.bin.get(), GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

Result<void> Stream::set_live(const SourceConfig& before, const SourceConfig& next,
                              const PipelineDescription& pipeline) {
  return set_live_parameters(pipeline_.bin.get(), before, next, pipeline);
}

std::optional<std::string> Stream::fault() {
  {
    const std::scoped_lock lock(mutex_);
    if (fault_) return std::exchange(fault_, std::nullopt);
  }
  // Ends and other messages are read away.
  constexpr auto all = GST_MESSAGE_ANY;
  while (const auto message = next_message(pipeline_, all, Nanoseconds{0})) {
    if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR) return error_text(pipeline_, message.get());
  }
  return std::nullopt;
}

bool Stream::dispose(std::shared_ptr<Stream> stream, Nanoseconds limit) {
  BuiltPipeline pipeline = std::move(stream->pipeline_);
  return tear_down(std::move(pipeline), std::move(stream), limit);
}

GstFlowReturn Stream::take_sample() {
  const Owned<GstSample> sample(gst_app_sink_try_pull_sample(sink_, 0));
  GstBuffer* buffer = sample ? gst_sample_get_buffer(sample.get()) : nullptr;
  if (buffer == nullptr) return GST_FLOW_OK;
  if (!follow_caps(gst_sample_get_caps(sample.get()))) return GST_FLOW_ERROR;
  return offer(sample.get(), buffer);
}

GstFlowReturn Stream::offer(GstSample* sample, GstBuffer* buffer) {
  const MappedFrame mapped(shape_, buffer);
  SourceFrame frame;
  frame.view = mapped.view();
  frame.arrival = clock_.monotonic();
  frame.sensor = sensor_time(sample, buffer, frame.arrival);
  frame.corrupted = !mapped.valid() || GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
  if (settings_.counts_frames && GST_BUFFER_PTS_IS_VALID(buffer)) frame.sequence = stamps_.find(GST_BUFFER_PTS(buffer));
  switch (settings_.gate->offer(generation_, frame)) {
    case FrameGate::Answer::taken: return GST_FLOW_OK;
    case FrameGate::Answer::closed: return GST_FLOW_FLUSHING;
    case FrameGate::Answer::unwanted: break;
  }
  unwanted_ = true;
  note_end();
  return GST_FLOW_EOS;
}

bool Stream::follow_caps(GstCaps* caps) {
  if (caps == caps_.get()) return true;
  const auto shape = read_caps(caps);
  if (!shape) {
    note_fault(shape.error().message);
    return false;
  }
  if (shape->size != settings_.size || shape->format != settings_.format) {
    note_fault(fmt::format("the source now gives {}x{} {} instead of {}x{} {}; {}", shape->size.width_px,
                           shape->size.height_px, to_text(shape->format), settings_.size.width_px,
                           settings_.size.height_px, to_text(settings_.format),
                           settings_.live ? "give its size and format in the rig's source"
                                          : "the file is damaged, or holds several videos: cut it"));
    return false;
  }
  shape_ = *shape;
  caps_.reset(gst_caps_ref(caps));
  return true;
}

Nanoseconds Stream::sensor_time(GstSample* sample, GstBuffer* buffer, Nanoseconds arrival) {
  const GstSegment* segment = gst_sample_get_segment(sample);
  if (settings_.live) return live_time(segment, GST_BUFFER_PTS(buffer), arrival);
  return media_time(segment, buffer);
}

// The pipeline runs on CLOCK_MONOTONIC, of which base time is the zero of its running time.
Nanoseconds Stream::live_time(const GstSegment* segment, GstClockTime pts, Nanoseconds arrival) const {
  if (segment->format != GST_FORMAT_TIME) return arrival;
  const auto running = gst_segment_to_running_time(segment, GST_FORMAT_TIME, pts);
  if (!GST_CLOCK_TIME_IS_VALID(running)) return arrival;
  return nanoseconds(gst_element_get_base_time(GST_ELEMENT(sink_))) + nanoseconds(running);
}

// A frame without a time follows the one before it after that one's duration.
Nanoseconds Stream::media_time(const GstSegment* segment, GstBuffer* buffer) {
  const bool timed = segment->format == GST_FORMAT_TIME;
  const auto stream_time =
      timed ? gst_segment_to_stream_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer)) : GST_CLOCK_TIME_NONE;
  const Nanoseconds time = GST_CLOCK_TIME_IS_VALID(stream_time) ? nanoseconds(stream_time) : next_media_time_;
  const Nanoseconds nominal{shape_.frames_per_s > 0 ? static_cast<Nanoseconds::rep>(1e9 / shape_.frames_per_s) : 0};
  next_media_time_ = time + (GST_BUFFER_DURATION_IS_VALID(buffer) ? nanoseconds(GST_BUFFER_DURATION(buffer)) : nominal);
  return time;
}

void Stream::note_fault(std::string fault) {
  {
    const std::scoped_lock lock(mutex_);
    if (!fault_) fault_ = std::move(fault);
  }
  end_.store(StreamEnd::refused, std::memory_order_release);
}

void Stream::note_end() {
  if (end() != StreamEnd::none) return;
  const bool interrupted = endless_ && !unwanted_;
  end_.store(interrupted ? StreamEnd::interrupted : StreamEnd::complete, std::memory_order_release);
}

}  // namespace tarsier
