// Decides which frames are taken: every one, or for each deadline start + k * interval the first at or after it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace tarsier {

// The sample that a frame would serve.
struct DueSample {
  std::uint64_t sample = 0;         // k
  std::int64_t deadline_ns = 0;     // start + k * interval; in continuous capture the frame's own time
  std::uint64_t missed_before = 0;  // deadlines that passed without a frame since the last one taken
};

// Sample 0 is due when the first frame comes. Source's thread; allocates nothing.
class Sampler {
 public:
  // Without an interval every frame is due.
  explicit Sampler(std::optional<double> interval_s);

  // The sample for which a frame of that sensor time is due, if any. Changes nothing until taken() is called: a frame
  // that could not be taken leaves its deadline to the next one.
  [[nodiscard]] std::optional<DueSample> due(Nanoseconds sensor);
  void taken(const DueSample& sample) { next_ = sample.sample + 1; }
  // How many samples are over at that time: their own interval has passed, so no frame can serve them any more.
  [[nodiscard]] std::uint64_t over_by(Nanoseconds sensor) const;
  // When that sample is due. Only once a frame has come.
  [[nodiscard]] std::int64_t deadline_ns(std::uint64_t sample) const {
    return *start_ns_ + static_cast<std::int64_t>(sample) * interval_ns_;
  }
  // The first sample that was not taken yet.
  [[nodiscard]] std::uint64_t next() const { return next_; }
  // Whether a deadline grid is followed at all.
  [[nodiscard]] bool follows_deadlines() const { return interval_ns_ > 0; }

 private:
  std::int64_t interval_ns_ = 0;
  std::optional<std::int64_t> start_ns_;
  std::uint64_t next_ = 0;
};

}  // namespace tarsier
