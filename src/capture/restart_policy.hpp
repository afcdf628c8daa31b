// When a camera counts as stalled, and how long to wait before it is tried again. Pure arithmetic on times passed in.
#pragma once

#include <algorithm>

#include "base/clock.hpp"

namespace tarsier {

class RestartPolicy {
 public:
  // 0 frames/s: unknown.
  explicit RestartPolicy(double frames_per_s)
      : stall_limit_(std::max<Nanoseconds>(std::chrono::seconds(5), ten_periods(frames_per_s))) {}

  // A stream began to play; its first frame may take 10 s.
  void started(Nanoseconds now) { started_ = now; }
  // `last_frame` of this stream or an earlier one.
  [[nodiscard]] bool stalled(Nanoseconds now, Nanoseconds last_frame) const {
    if (last_frame <= started_) return now - started_ > std::max<Nanoseconds>(std::chrono::seconds(10), stall_limit_);
    return now - last_frame > stall_limit_;
  }
  // The stream failed: how long to wait. 1, 2, 4 .. 30 s; from 1 again when frames had come for 30 s.
  [[nodiscard]] Nanoseconds failed(Nanoseconds last_frame) {
    if (last_frame - started_ > std::chrono::seconds(30)) wait_ = std::chrono::seconds(1);
    const Nanoseconds wait = wait_;
    wait_ = std::min<Nanoseconds>(wait_ * 2, std::chrono::seconds(30));
    return wait;
  }
  [[nodiscard]] Nanoseconds stall_limit() const { return stall_limit_; }
  [[nodiscard]] Nanoseconds start() const { return started_; }

 private:
  static Nanoseconds ten_periods(double frames_per_s) {
    constexpr double longest_s = 86400;
    const double periods_s = frames_per_s > 0 ? std::min(10.0 / frames_per_s, longest_s) : 0;
    return Nanoseconds{static_cast<Nanoseconds::rep>(periods_s * 1e9)};
  }

  const Nanoseconds stall_limit_;
  Nanoseconds started_{0};
  Nanoseconds wait_ = std::chrono::seconds(1);
};

}  // namespace tarsier
