// A clock that moves when the test says so.
#pragma once

#include "base/clock.hpp"

namespace tarsier {

class ManualClock final : public Clock {
 public:
  [[nodiscard]] Nanoseconds monotonic() const override { return now_; }
  [[nodiscard]] Nanoseconds utc() const override { return now_ + std::chrono::hours(500'000); }
  void advance(Nanoseconds by) { now_ += by; }

 private:
  Nanoseconds now_{0};
};

}  // namespace tarsier
