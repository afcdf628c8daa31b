// How long the disk has taken, minute by minute: the rows of /tarsier/storage. A card that dies becomes slow first.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.hpp"
#include "frame/row.hpp"
#include "store/fixed_list.hpp"
#include "store/io_times.hpp"

namespace tarsier {

// Recorder thread. Allocates nothing. All cameras share one, and each keeps where it has read up to.
class StorageTrend {
 public:
  // In the order of StorageOperation; they outlive it.
  StorageTrend(IoTimes& writes, IoTimes& syncs, IoTimes& seals)
      : lookers_{IoTimes::Looker(writes), IoTimes::Looker(syncs), IoTimes::Looker(seals)} {}

  // Makes rows when the last ones are a minute old, or at once with `now_at_last`; none of what did not happen.
  void look(const Clock& clock, bool now_at_last);
  // Hands over the rows from number `next` on as far as there is room, and moves `next` behind them.
  void take(std::uint64_t& next, FixedList<StorageRow>& into) const;

 private:
  static constexpr std::size_t kept = 32;

  std::array<IoTimes::Looker, 3> lookers_;
  std::array<StorageRow, kept> rows_{};
  std::uint64_t made_ = 0;
  Nanoseconds next_look_{0};
};

}  // namespace tarsier
