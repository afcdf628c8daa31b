#include "process/frame_ids.hpp"

namespace tarsier {

bool FrameIds::believable(std::uint64_t advance, Nanoseconds elapsed) const {
  if (advance == 1) return true;
  if (frames_per_s_ <= 0) return true;
  const double possible = std::chrono::duration<double>(elapsed).count() * frames_per_s_ * 2.0 + 1.0;
  return static_cast<double>(advance) <= possible;
}

FrameIdentity FrameIds::identify(const SourceFrame& frame) {
  FrameIdentity identity;
  if (frame.sequence && last_sequence_) {
    const bool forward = *frame.sequence > *last_sequence_;
    const std::uint64_t advance = forward ? *frame.sequence - *last_sequence_ : 0;
    identity.distrusted = !forward || !believable(advance, frame.sensor - last_sensor_);
    if (!identity.distrusted) identity.missed_before = advance - 1;
  }
  identity.id = next_id_ + identity.missed_before;
  next_id_ = identity.id + 1;
  last_sequence_ = frame.sequence;
  last_sensor_ = frame.sensor;
  return identity;
}

std::uint64_t FrameIds::restarted(Nanoseconds outage) {
  last_sequence_.reset();
  const double frames = std::chrono::duration<double>(outage).count() * frames_per_s_;
  const auto missed = frames > 0 ? static_cast<std::uint64_t>(frames) : 0;
  next_id_ += missed;
  return missed;
}

}  // namespace tarsier
