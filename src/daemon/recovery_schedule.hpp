// When torn segments are looked for while a run goes on: at its start, soon after it left one itself, and every hour
// for what others left.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/clock.hpp"

namespace tarsier {

// Supervisor's thread. Times are CLOCK_MONOTONIC.
class RecoverySchedule {
 public:
  // A disk that fails leaves several in a row.
  static constexpr Nanoseconds soon = std::chrono::seconds(10);
  static constexpr Nanoseconds interval = std::chrono::hours(1);

  // `left`: how many segments the run has left torn so far.
  [[nodiscard]] bool due(Nanoseconds now, std::uint64_t left) {
    if (left != std::exchange(left_, left)) next_ = std::min(next_, now + soon);
    return now >= next_;
  }
  void looked(Nanoseconds now) { next_ = now + interval; }

 private:
  Nanoseconds next_{0};
  std::uint64_t left_ = 0;
};

}  // namespace tarsier
