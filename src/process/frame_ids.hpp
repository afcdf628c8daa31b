// Gives each frame its id: the driver's sequence where it is believable, a count of our own elsewhere.
#pragma once

#include <cstdint>
#include <optional>

#include "frame/intake.hpp"

namespace tarsier {

struct FrameIdentity {
  std::uint64_t id = 0;
  std::uint64_t missed_before = 0;  // frames right before this one that the driver lost: ids [id - missed_before, id)
  bool distrusted = false;          // the sequence contradicts time and was not used
};

// Source's thread. Allocates nothing.
class FrameIds {
 public:
  // frames_per_s is the nominal rate; 0: unknown, the sequence can't be checked against time.
  FrameIds(std::uint64_t first_id, double frames_per_s) : next_id_(first_id), frames_per_s_(frames_per_s) {}

  // A sequence that advances by k >= 1 means k - 1 lost frames. It is believed when the time since the last frame
  // allows k frames at twice the nominal rate, plus one: drivers that count nonsense claim far more.
  [[nodiscard]] FrameIdentity identify(const SourceFrame& frame);
  // The source began anew after `outage`. Returns how many frames it would have given: an estimate from the rate.
  // Their ids are [id, id + n) with the next frame's id after them.
  [[nodiscard]] std::uint64_t restarted(Nanoseconds outage);
  [[nodiscard]] std::uint64_t next_id() const { return next_id_; }

 private:
  [[nodiscard]] bool believable(std::uint64_t advance, Nanoseconds elapsed) const;

  std::uint64_t next_id_;
  const double frames_per_s_;
  std::optional<std::uint64_t> last_sequence_;
  Nanoseconds last_sensor_{0};
};

}  // namespace tarsier
