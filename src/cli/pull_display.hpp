// A bar for each device that is pulled from.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "client/pull.hpp"

namespace tarsier {

// "pi-left   [####----]  48 %  1.2 GiB of 2.5 GiB  310.0 MiB/s  0:04 left  3 cuts".
[[nodiscard]] std::string pull_line(const std::string& title, const PullMeter& meter, double elapsed_s,
                                    std::size_t columns);

// On a terminal's standard error, redrawn in place; else silent. One thread.
class PullDisplay {
 public:
  PullDisplay();
  ~PullDisplay() { clear(); }
  PullDisplay(const PullDisplay&) = delete;
  PullDisplay& operator=(const PullDisplay&) = delete;

  // One line each, in this order. `titles` has one for each meter.
  void show(const std::vector<std::string>& titles, const std::vector<const PullMeter*>& meters);
  // Before anything else is printed.
  void clear();

 private:
  using Stopwatch = std::chrono::steady_clock;
  const bool on_terminal_;
  const Stopwatch::time_point begun_ = Stopwatch::now();
  std::size_t lines_ = 0;  // shown now
};

}  // namespace tarsier
