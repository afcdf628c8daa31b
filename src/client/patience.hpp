// How long a cut connection is tried again.
#pragma once

#include <chrono>
#include <functional>

#include "base/result.hpp"

namespace tarsier {

// Waits longer after each failure in a row, from a quarter of a second to 15 s, and gives up once nothing has come for
// `limit`. One thread.
class Patience {
 public:
  // `wanted` is asked several times a second; false ends the wait.
  Patience(std::chrono::seconds limit, std::function<bool()> wanted);

  // Something came: the next failure is the first again.
  void progressed();
  // After a failure: whether to try once more, after a wait. False at once for what is not is_cut().
  [[nodiscard]] bool again(const Error& error);
  // Waits; false: no longer wanted.
  [[nodiscard]] bool wait(std::chrono::milliseconds time) const;

 private:
  using Stopwatch = std::chrono::steady_clock;
  const std::chrono::seconds limit_;
  const std::function<bool()> wanted_;
  Stopwatch::time_point last_progress_ = Stopwatch::now();
  std::chrono::milliseconds next_wait_;
};

}  // namespace tarsier
