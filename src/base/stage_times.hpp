// How long one stage of the work takes: count, mean, 99th percentile, maximum. Written by one thread, read by any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/clock.hpp"

namespace tarsier {

struct StageSnapshot {
  std::uint64_t count = 0;
  double mean_us = 0;
  double p99_us = 0;  // upper edge of the bin that holds it: at most 4.5 % too high (16 bins an octave)
  double max_us = 0;
};

// Bins are logarithmic, 16 to an octave, from 1 us to about 18 minutes. Allocates nothing.
class StageTimes {
 public:
  // One writing thread.
  void add(Nanoseconds duration);
  [[nodiscard]] StageSnapshot snapshot() const;

 private:
  static constexpr std::size_t bins_per_octave = 16;
  static constexpr std::size_t bin_count = 30 * bins_per_octave + 1;
  // Relaxed throughout: each value stands alone, a snapshot may be one frame askew.
  std::array<std::atomic<std::uint64_t>, bin_count> bins_{};
  std::atomic<std::uint64_t> total_ns_{0};
  std::atomic<std::uint64_t> maximum_ns_{0};
};

}  // namespace tarsier
