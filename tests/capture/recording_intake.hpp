// An Intake that copies what it is given, and helpers that run a camera until something has happened.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "capture/camera.hpp"

namespace tarsier {

struct RecordedFrame {
  PixelFormat format = PixelFormat::gray8;
  ImageSize size;
  std::vector<std::byte> lines;  // of plane 0, recorded_bytes each
  std::optional<std::uint64_t> sequence;
  Nanoseconds sensor{0};
  Nanoseconds arrival{0};
  bool corrupted = false;
};

// Bytes of a line of plane 0 that mean something.
inline std::size_t recorded_bytes(PixelFormat format, std::size_t width) {
  const bool in_pairs = format == PixelFormat::yuy2 || format == PixelFormat::uyvy;
  return line_bytes(format, in_pairs ? width + width % 2 : width);
}

class RecordingIntake final : public Intake {
 public:
  // After `wanted` frames it wants no more.
  explicit RecordingIntake(std::size_t wanted = SIZE_MAX, bool keep_pixels = true)
      : wanted_(wanted), keep_(keep_pixels) {}

  bool offer(const SourceFrame& frame) override {
    const std::scoped_lock lock(mutex_);
    frames_.push_back(copy(frame));
    changed_.notify_all();
    return frames_.size() < wanted_;
  }
  void restarted(Nanoseconds outage) override {
    const std::scoped_lock lock(mutex_);
    outages_.push_back(outage);
  }
  void finish() override {}

  [[nodiscard]] std::vector<RecordedFrame> frames() const {
    const std::scoped_lock lock(mutex_);
    return frames_;
  }
  [[nodiscard]] std::size_t count() const {
    const std::scoped_lock lock(mutex_);
    return frames_.size();
  }
  [[nodiscard]] std::vector<Nanoseconds> outages() const {
    const std::scoped_lock lock(mutex_);
    return outages_;
  }
  // Wakes with every frame, at the latest after 10 ms.
  void wait_for_change() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(10));
  }

 private:
  RecordedFrame copy(const SourceFrame& frame) const {
    RecordedFrame recorded{
        frame.view.format, {frame.view.width_px, frame.view.height_px}, {}, frame.sequence, frame.sensor, frame.arrival,
        frame.corrupted};
    const auto bytes = recorded_bytes(frame.view.format, frame.view.width_px);
    const Plane& plane = frame.view.planes[0];
    for (std::uint32_t y = 0; keep_ && plane.data != nullptr && y < frame.view.height_px; ++y) {
      const std::byte* line = plane.data + plane.stride_bytes * static_cast<std::ptrdiff_t>(y);
      recorded.lines.insert(recorded.lines.end(), line, line + bytes);
    }
    return recorded;
  }

  const std::size_t wanted_;
  const bool keep_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<RecordedFrame> frames_;
  std::vector<Nanoseconds> outages_;
};

// Supervises until `done`; false when that took longer than 60 s.
inline bool supervise_until(Camera& camera, RecordingIntake& intake, const std::function<bool()>& done) {
  const SystemClock clock;
  const Nanoseconds deadline = clock.monotonic() + std::chrono::seconds(60);
  while (!done()) {
    if (clock.monotonic() > deadline) return false;
    camera.supervise(clock.monotonic());
    intake.wait_for_change();
  }
  return true;
}

inline PipelineDescription description(const std::string& launch, bool live = false) {
  PipelineDescription pipeline;
  pipeline.name = "mine";
  pipeline.launch = launch;
  pipeline.live = live;
  return pipeline;
}

}  // namespace tarsier
