// Follows the distance between UTC and CLOCK_MONOTONIC and notices steps.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "frame/utc_map.hpp"

namespace tarsier {

// Supervisor thread; a few calls a second.
class ClockWatch {
 public:
  // `map` outlives the watch; it is set at once.
  ClockWatch(const Clock& clock, UtcMap& map);
  // Measures again. Returns by how much UTC stepped since the last look, when that was more than 50 ms: slewing by ntp
  // moves it far less between two looks.
  [[nodiscard]] std::optional<Nanoseconds> look(ClockQuality quality);

 private:
  [[nodiscard]] std::int64_t offset_ns() const;

  const Clock& clock_;
  UtcMap& map_;
  std::int64_t last_offset_ns_;
};

}  // namespace tarsier
