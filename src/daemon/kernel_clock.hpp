// What the kernel says of UTC, for the status.
#pragma once

#include "base/clock.hpp"
#include "base/json.hpp"

struct timex;

namespace tarsier {

// {"source", "synchronised", "offset_s", "uncertainty_s", "utc"} of adjtimex(2)'s `state`. `source` is "pulse" (a pulse
// per second), "time_service" (NTP, PTP) or "none" (nobody sets it). The uncertainty is the kernel's maximum
// error, null where it is unknown; the offset is what the kernel still has to correct.
[[nodiscard]] Json clock_json(const ClockQuality& quality, const timex& state, Nanoseconds utc);
// Of this machine, now. Any thread; blocks on nothing.
[[nodiscard]] Json clock_json(Nanoseconds utc);

}  // namespace tarsier
