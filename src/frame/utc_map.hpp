// Turns CLOCK_MONOTONIC into UTC with the offset that the supervisor measured last.
#pragma once

#include <atomic>
#include <cstdint>

namespace tarsier {

// Written by the supervisor, read by every intake. Relaxed: each value stands alone, and a row between two updates
// may take either.
class UtcMap {
 public:
  void set(std::int64_t utc_minus_monotonic_ns, std::uint64_t uncertainty_ns, bool synchronised) {
    offset_ns_.store(utc_minus_monotonic_ns, std::memory_order_relaxed);
    uncertainty_ns_.store(uncertainty_ns, std::memory_order_relaxed);
    synchronised_.store(synchronised, std::memory_order_relaxed);
  }
  [[nodiscard]] std::int64_t utc_ns(std::int64_t monotonic_ns) const {
    return monotonic_ns + offset_ns_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t uncertainty_ns() const { return uncertainty_ns_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool synchronised() const { return synchronised_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t offset_ns() const { return offset_ns_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> offset_ns_{0};
  std::atomic<std::uint64_t> uncertainty_ns_{UINT64_MAX};
  std::atomic<bool> synchronised_{false};
};

}  // namespace tarsier
