// Times a piece of work often enough to tell its spread, and prints one line.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace tarsier {

// Prints median, fastest and slowest time of `work`, and MB/s at the median for the `bytes` that one turn passes over.
// Turns go on for `least` of time and are at least 20, after three that are not counted.
template <typename Work>
void measure(const std::string& name, std::size_t bytes, Work work,
             std::chrono::nanoseconds least = std::chrono::milliseconds(300)) {
  using Stopwatch = std::chrono::steady_clock;
  std::vector<double> microseconds;
  for (int turn = 0; turn < 3; ++turn) work();
  for (const auto start = Stopwatch::now(); Stopwatch::now() - start < least || microseconds.size() < 20;) {
    const auto before = Stopwatch::now();
    work();
    microseconds.push_back(std::chrono::duration<double, std::micro>(Stopwatch::now() - before).count());
  }
  std::sort(microseconds.begin(), microseconds.end());
  const double median = microseconds[microseconds.size() / 2];
  fmt::print("{:<44} {:>9.1f} us  {:>9.1f} .. {:<9.1f} {:>8.0f} MB/s  {} turns\n", name, median, microseconds.front(),
             microseconds.back(), static_cast<double>(bytes) / median, microseconds.size());
}

}  // namespace tarsier
