// One pipeline while it plays: turns each sample of its sink into a SourceFrame and gives it to the camera's gate.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "capture/build_pipeline.hpp"
#include "capture/camera.hpp"
#include "capture/frame_gate.hpp"
#include "capture/sequence_stamps.hpp"
#include "capture/stream_shape.hpp"

namespace tarsier {

// What a camera's streams have in common. `gate` is shared with streams that hang in their driver.
struct StreamSettings {
  bool live = true;
  bool counts_frames = false;
  ImageSize size;
  PixelFormat format = PixelFormat::gray8;
  std::shared_ptr<FrameGate> gate;
};

// How a source ended by itself.
enum class StreamEnd : std::uint8_t {
  none,
  complete,     // it has no more frames, or no more were wanted
  interrupted,  // a live source that should have gone on
  refused,      // its frames aren't those that were expected: fault() says how
};

class Stream {
 public:
  // `generation` is the one that the gate lets through. Plays nothing yet.
  Stream(BuiltPipeline pipeline, StreamSettings settings, std::uint64_t generation);

  // Supervisor thread. False: the pipeline refuses at once; fault() says why.
  [[nodiscard]] bool play();
  // Supervisor thread: why it failed, once; none: it hasn't.
  [[nodiscard]] std::optional<std::string> fault();
  // Supervisor thread, while it plays: set_live_parameters().
  [[nodiscard]] Result<void> set_live(const SourceConfig& before, const SourceConfig& next,
                                      const PipelineDescription& pipeline);
  // Any thread. Read it before fault(): an error that led to the end is there by then.
  [[nodiscard]] StreamEnd end() const { return end_.load(std::memory_order_acquire); }
  // Supervisor thread: frames go nowhere any more; false when the pipeline did not stop within `limit`.
  [[nodiscard]] static bool dispose(std::shared_ptr<Stream> stream, Nanoseconds limit);

 private:
  void count_source_frames();
  // Streaming thread.
  GstFlowReturn take_sample();
  GstFlowReturn offer(GstSample* sample, GstBuffer* buffer);
  [[nodiscard]] bool follow_caps(GstCaps* caps);
  [[nodiscard]] Nanoseconds sensor_time(GstSample* sample, GstBuffer* buffer, Nanoseconds arrival);
  [[nodiscard]] Nanoseconds live_time(const GstSegment* segment, GstClockTime pts, Nanoseconds arrival) const;
  [[nodiscard]] Nanoseconds media_time(const GstSegment* segment, GstBuffer* buffer);
  void note_fault(std::string fault);
  void note_end();

  // Constant after construction but for the pipeline's own state.
  BuiltPipeline pipeline_;  // moves out in dispose()
  GstAppSink* const sink_;  // lives as long as the streaming thread
  const StreamSettings settings_;
  const std::uint64_t generation_;
  const SystemClock clock_;
  bool endless_ = false;
  // Source's thread and streaming thread.
  SequenceStamps stamps_;
  // Streaming thread only.
  Owned<GstCaps> caps_;
  StreamShape shape_;
  Nanoseconds next_media_time_{0};
  bool unwanted_ = false;
  // Under the mutex.
  std::mutex mutex_;
  std::optional<std::string> fault_;
  // Any thread. Release and acquire: who sees the end sees that all frames before it were given.
  std::atomic<StreamEnd> end_{StreamEnd::none};
};

}  // namespace tarsier
