// Times pieces of work on one core, often enough to tell their spread, and prints a line about each.
#pragma once

#include <fmt/format.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace tarsier {

// The calling thread stays on the last core that it may use, and threads that it starts later do as well.
inline void pin_to_one_core() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof(allowed), &allowed);
  int last = CPU_SETSIZE - 1;
  while (last > 0 && !CPU_ISSET(last, &allowed)) --last;
  CPU_ZERO(&allowed);
  CPU_SET(last, &allowed);
  sched_setaffinity(0, sizeof(allowed), &allowed);
}

// The processor's name as the kernel tells it; some boards tell none.
inline std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

// Median, and the tenth and ninetieth percentile as spread.
struct Spread {
  double median = 0, low = 0, high = 0;
};

inline Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](std::size_t percent) { return values[(values.size() - 1) * percent / 100]; };
  return {at(50), at(10), at(90)};
}

// Of the thread's own time: what other programs take of the core in between does not count.
template <typename Work>
double microseconds_of(Work work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
  };
  const double before = now();
  work();
  return now() - before;
}

// Time that this thread itself was at work: what others take of a busy machine does not count.
template <typename Work>
double own_microseconds_of(Work work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
  };
  const double before = now();
  work();
  return now() - before;
}

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

// Two pieces of work that give the same result. They take turns, so that whatever disturbs the machine disturbs both.
struct Contest {
  std::string name;
  std::string reference;     // "libyuv RAWToJ400 (AVX2)"
  double wanted = 0;         // reference / ours; 0: nothing is wanted, only told
  std::size_t rounds = 101;  // pairs of batches that are counted
  std::size_t in_batch = 6;  // turns of one before the other has its own; 1 for cold memory
};

// Prints how many times faster `ours` is than `theirs`: the ratio of their times in one round, median and spread over
// all rounds. Each is called with the number of its turn, which no other turn of either has: frame `turn % frames` of
// a set that is larger than the caches is one that nobody has seen for long. Returns the ratio.
template <typename Ours, typename Theirs>
Spread compare(const Contest& contest, Ours ours, Theirs theirs) {
  std::size_t turn = 0;
  const auto batch = [&](auto& work) {
    return own_microseconds_of([&] {
      for (std::size_t i = 0; i < contest.in_batch; ++i) work(turn++);
    });
  };
  std::vector<double> our_times, ratios;
  for (std::size_t round = 0; round < contest.rounds + 3; ++round) {
    const double our_time = batch(ours);
    const double their_time = batch(theirs);
    if (round < 3) continue;  // the first ones fill caches and page tables
    our_times.push_back(our_time / static_cast<double>(contest.in_batch));
    ratios.push_back(their_time / our_time);
  }
  const Spread time = spread_of(our_times), ratio = spread_of(ratios);
  fmt::print("{:<46} {:>8.1f} us ({:.1f} .. {:.1f})  {:>6.2f} x ({:.2f} .. {:.2f}) {}{}\n", contest.name, time.median,
             time.low, time.high, ratio.median, ratio.low, ratio.high, contest.reference,
             contest.wanted == 0              ? ""
             : ratio.median >= contest.wanted ? fmt::format("; wanted {}: reached", contest.wanted)
                                              : fmt::format("; wanted {}: NOT reached", contest.wanted));
  return ratio;
}

}  // namespace tarsier
