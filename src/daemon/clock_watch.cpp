#include "daemon/clock_watch.hpp"

namespace tarsier {

ClockWatch::ClockWatch(const Clock& clock, UtcMap& map) : clock_(clock), map_(map), last_offset_ns_(offset_ns()) {
  const ClockQuality quality = clock_quality();
  map_.set(last_offset_ns_, quality.uncertainty_ns, quality.synchronised);
}

// UTC is read between two looks at the monotonic clock; their middle belongs to it.
std::int64_t ClockWatch::offset_ns() const {
  const Nanoseconds before = clock_.monotonic();
  const Nanoseconds utc = clock_.utc();
  const Nanoseconds after = clock_.monotonic();
  return (utc - before - (after - before) / 2).count();
}

std::optional<Nanoseconds> ClockWatch::look(ClockQuality quality) {
  constexpr std::int64_t step_ns = 50'000'000;
  const std::int64_t offset = offset_ns();
  const std::int64_t moved = offset - last_offset_ns_;
  last_offset_ns_ = offset;
  map_.set(offset, quality.uncertainty_ns, quality.synchronised);
  if (moved > -step_ns && moved < step_ns) return std::nullopt;
  return Nanoseconds(moved);
}

}  // namespace tarsier
