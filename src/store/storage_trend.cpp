#include "store/storage_trend.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds interval = std::chrono::minutes(1);

}  // namespace

void StorageTrend::look(const Clock& clock, bool now_at_last) {
  const Nanoseconds now = clock.monotonic();
  if (next_look_ == Nanoseconds(0)) next_look_ = now + interval;
  if (now < next_look_ && !now_at_last) return;
  next_look_ = now + interval;
  for (std::size_t kind = 0; kind < lookers_.size(); ++kind) {
    const IoFigures figures = lookers_[kind].look();
    if (figures.count == 0) continue;
    rows_[made_++ % kept] = {clock.utc().count(),
                             static_cast<StorageOperation>(kind),
                             figures.count,
                             static_cast<float>(figures.mean_us),
                             static_cast<float>(figures.p99_us),
                             static_cast<float>(figures.max_us)};
  }
}

void StorageTrend::take(std::uint64_t& next, FixedList<StorageRow>& into) const {
  if (made_ > kept && next < made_ - kept) next = made_ - kept;
  while (next < made_ && into.push(rows_[next % kept])) ++next;
}

}  // namespace tarsier
