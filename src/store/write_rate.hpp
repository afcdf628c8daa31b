// How fast a growing total grows, over a window of the last looks.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <limits>

#include "base/clock.hpp"

namespace tarsier {

// One thread notes, any reads. Allocates nothing.
class WriteRate {
 public:
  // The window is as long as ten of `interval`.
  explicit WriteRate(Nanoseconds interval) : interval_(interval) {}

  // Looks when the last look is `interval` old.
  void note(Nanoseconds now, std::uint64_t total) {
    if (looks_ > 0 && now - then_[(looks_ - 1) % kept] < interval_) return;
    const std::size_t oldest = looks_ < kept ? 0 : looks_ % kept;
    const std::chrono::duration<double> passed = now - then_[oldest];
    if (looks_ > 0 && passed.count() > 0) {
      per_s_.store(static_cast<double>(total - totals_[oldest]) / passed.count(), std::memory_order_relaxed);
    }
    totals_[looks_ % kept] = total;
    then_[looks_ % kept] = now;
    ++looks_;
  }
  // A second; NaN: not known yet.
  [[nodiscard]] double per_s() const { return per_s_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kept = 10;
  const Nanoseconds interval_;
  // The noting thread.
  std::array<std::uint64_t, kept> totals_{};
  std::array<Nanoseconds, kept> then_{};
  std::uint64_t looks_ = 0;
  // Any thread; relaxed: it stands alone.
  std::atomic<double> per_s_{std::numeric_limits<double>::quiet_NaN()};
};

}  // namespace tarsier
