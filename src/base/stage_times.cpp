#include "base/stage_times.hpp"

#include <algorithm>
#include <cmath>

namespace tarsier {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

void raise(std::atomic<std::uint64_t>& value, std::uint64_t by) { value.store(value.load(relaxed) + by, relaxed); }

}  // namespace

void StageTimes::add(Nanoseconds duration) {
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
  const double octaves = std::log2(std::max(static_cast<double>(ns) / 1000.0, 1.0));
  const auto bin = std::min(static_cast<std::size_t>(octaves * double{bins_per_octave}), bin_count - 1);
  raise(bins_[bin], 1);
  raise(total_ns_, ns);
  if (ns > maximum_ns_.load(relaxed)) maximum_ns_.store(ns, relaxed);
}

StageSnapshot StageTimes::snapshot() const {
  StageSnapshot result;
  for (const auto& bin : bins_) result.count += bin.load(relaxed);
  if (result.count == 0) return result;
  result.max_us = static_cast<double>(maximum_ns_.load(relaxed)) / 1000.0;
  result.mean_us = static_cast<double>(total_ns_.load(relaxed)) / 1000.0 / static_cast<double>(result.count);
  std::uint64_t above = result.count / 100;
  std::size_t bin = bin_count - 1;
  while (bin > 0 && bins_[bin].load(relaxed) <= above) above -= bins_[bin--].load(relaxed);
  result.p99_us = std::min(result.max_us, std::exp2((static_cast<double>(bin) + 1.0) / double{bins_per_octave}));
  return result;
}

}  // namespace tarsier
