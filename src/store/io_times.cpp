#include "store/io_times.hpp"

#include <algorithm>
#include <cmath>

namespace tarsier {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

void raise_to(std::atomic<std::uint64_t>& largest, std::uint64_t value) {
  std::uint64_t before = largest.load(relaxed);
  while (before < value && !largest.compare_exchange_weak(before, value, relaxed)) {
  }
}

double us(std::uint64_t ns) { return static_cast<double>(ns) / 1000.0; }

}  // namespace

void IoTimes::add(Nanoseconds duration) {
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
  const double octaves = std::log2(std::max(us(ns), 1.0));
  const auto bin = std::min(static_cast<std::size_t>(octaves * 4.0), bin_count - 1);
  bins_[bin].fetch_add(1, relaxed);
  total_ns_.fetch_add(ns, relaxed);
  last_ns_.store(ns, relaxed);
  raise_to(max_ns_, ns);
  raise_to(max_since_look_ns_, ns);
}

IoTimes::Bins IoTimes::bins() const {
  Bins copy{};
  std::transform(bins_.begin(), bins_.end(), copy.begin(), [](const auto& bin) { return bin.load(relaxed); });
  return copy;
}

IoFigures IoTimes::figures_of(const Bins& bins, std::uint64_t total_ns, std::uint64_t max_ns) {
  IoFigures result;
  for (const std::uint64_t bin : bins) result.count += bin;
  if (result.count == 0) return result;
  result.max_us = us(max_ns);
  result.mean_us = us(total_ns) / static_cast<double>(result.count);
  std::uint64_t above = result.count / 100;
  std::size_t bin = bin_count - 1;
  while (bin > 0 && bins[bin] <= above) above -= bins[bin--];
  result.p99_us = std::min(result.max_us, std::exp2((static_cast<double>(bin) + 1.0) / 4.0));
  return result;
}

IoFigures IoTimes::figures() const {
  IoFigures result = figures_of(bins(), total_ns_.load(relaxed), max_ns_.load(relaxed));
  result.last_us = us(last_ns_.load(relaxed));
  return result;
}

IoFigures IoTimes::Looker::look() {
  const Bins now = times_.bins();
  const std::uint64_t total = times_.total_ns_.load(relaxed);
  Bins since{};
  std::transform(now.begin(), now.end(), bins_.begin(), since.begin(), std::minus<>());
  IoFigures result = figures_of(since, total - total_ns_, times_.max_since_look_ns_.exchange(0, relaxed));
  result.last_us = us(times_.last_ns_.load(relaxed));
  bins_ = now;
  total_ns_ = total;
  return result;
}

}  // namespace tarsier
