// Times work by doing it again and again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

namespace tarsier {

using Seconds = std::chrono::duration<double>;

// How long to go on. `stopped` is asked between turns.
struct Patience {
  Seconds least{0};
  std::function<bool()> stopped;
};

// Median time of one turn of work(turn), of at least three turns after one that isn't counted. When it was stopped the
// figure means nothing.
template <typename Work>
[[nodiscard]] double median_seconds(const Patience& patience, Work work) {
  using Stopwatch = std::chrono::steady_clock;
  work(std::size_t{0});
  std::vector<double> turns;
  const auto start = Stopwatch::now();
  while (turns.size() < 3 || Stopwatch::now() - start < patience.least) {
    if (patience.stopped()) break;
    const auto before = Stopwatch::now();
    work(turns.size() + 1);
    turns.push_back(Seconds(Stopwatch::now() - before).count());
  }
  if (turns.empty()) return 0;
  const auto middle = turns.begin() + static_cast<std::ptrdiff_t>(turns.size() / 2);
  std::nth_element(turns.begin(), middle, turns.end());
  return *middle;
}

}  // namespace tarsier
