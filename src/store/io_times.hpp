// How long one kind of operation on the disk takes: last, mean, 99th percentile, longest. Written and read by any
// thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/clock.hpp"

namespace tarsier {

struct IoFigures {
  std::uint64_t count = 0;
  double last_us = 0;
  double mean_us = 0;
  double p99_us = 0;  // upper edge of the bin that holds it: at most 19 % too high (four bins an octave)
  double max_us = 0;
};

// Bins are logarithmic, four to an octave, from 1 us to about 18 minutes. Allocates nothing.
class IoTimes {
 public:
  void add(Nanoseconds duration);
  // Since the beginning.
  [[nodiscard]] IoFigures figures() const;

  // What came between two looks. One thread looks.
  class Looker {
   public:
    explicit Looker(IoTimes& times) : times_(times) {}
    // Since the look before.
    [[nodiscard]] IoFigures look();

   private:
    IoTimes& times_;
    std::array<std::uint64_t, 121> bins_{};
    std::uint64_t total_ns_ = 0;
  };

 private:
  static constexpr std::size_t bin_count = 121;
  using Bins = std::array<std::uint64_t, bin_count>;
  [[nodiscard]] static IoFigures figures_of(const Bins& bins, std::uint64_t total_ns, std::uint64_t max_ns);
  [[nodiscard]] Bins bins() const;

  // Relaxed throughout: each value stands alone, a look may be one operation askew.
  std::array<std::atomic<std::uint64_t>, bin_count> bins_{};
  std::atomic<std::uint64_t> total_ns_{0};
  std::atomic<std::uint64_t> last_ns_{0};
  std::atomic<std::uint64_t> max_ns_{0};
  std::atomic<std::uint64_t> max_since_look_ns_{0};
};

}  // namespace tarsier
