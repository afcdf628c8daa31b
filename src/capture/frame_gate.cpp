#include "capture/frame_gate.hpp"

#include <algorithm>

namespace tarsier {

std::uint64_t FrameGate::open(Nanoseconds since) {
  const std::scoped_lock lock(mutex_);
  interrupted_ = generation_ > 0;
  // Attempts that brought no frame prolong the outage; they don't begin another.
  if (generation_ == 0) since_ = since;
  open_ = true;
  return ++generation_;
}

void FrameGate::close() {
  const std::scoped_lock lock(mutex_);
  open_ = false;
}

FrameGate::Answer FrameGate::offer(std::uint64_t generation, const SourceFrame& frame) {
  const std::scoped_lock lock(mutex_);
  if (!open_ || generation != generation_) return Answer::closed;
  offering_.store(true, std::memory_order_relaxed);
  if (interrupted_) intake_.restarted(std::max(frame.arrival - since_, Nanoseconds{0}));
  interrupted_ = false;
  since_ = frame.arrival;
  const bool wanted = intake_.offer(frame);
  last_arrival_ns_.store(frame.arrival.count(), std::memory_order_relaxed);
  offering_.store(false, std::memory_order_relaxed);
  return wanted ? Answer::taken : Answer::unwanted;
}

}  // namespace tarsier
