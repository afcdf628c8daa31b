// The only way to a camera's Intake: one call at a time, and none after it was closed.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "base/clock.hpp"
#include "frame/intake.hpp"

namespace tarsier {

// Belongs to one camera for its life, across rebuilt pipelines; each pipeline has a generation of its own, and a
// pipeline that was given up on finds the gate closed.
class FrameGate {
 public:
  enum class Answer : std::uint8_t { taken, unwanted, closed };

  // `intake` outlives every open generation.
  explicit FrameGate(Intake& intake) : intake_(intake) {}

  // Supervisor thread. Lets the returned generation through, from now on alone. Frames are missing since `since`.
  [[nodiscard]] std::uint64_t open(Nanoseconds since);
  // Supervisor thread. When it returns, no offer is running and none will come.
  void close();

  // Streaming thread of that generation. The first frame after an outage tells the intake how long it was. Blocks as
  // long as the intake does; allocates nothing.
  [[nodiscard]] Answer offer(std::uint64_t generation, const SourceFrame& frame);

  // Any thread. CLOCK_MONOTONIC of the last frame; 0: none has come.
  [[nodiscard]] Nanoseconds last_arrival() const {
    return Nanoseconds{last_arrival_ns_.load(std::memory_order_relaxed)};
  }
  // Any thread: an offer is in the intake, which may wait for room.
  [[nodiscard]] bool offering() const { return offering_.load(std::memory_order_relaxed); }

 private:
  Intake& intake_;
  // Under the mutex.
  std::mutex mutex_;
  std::uint64_t generation_ = 0;
  bool open_ = false;
  bool interrupted_ = false;  // frames came, or should have come, before this generation
  Nanoseconds since_{0};
  // Any thread. Relaxed: the supervisor looks ten times a second, and each stands alone.
  std::atomic<std::int64_t> last_arrival_ns_{0};
  std::atomic<bool> offering_{false};
};

}  // namespace tarsier
