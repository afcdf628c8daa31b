#include "daemon/kernel_clock.hpp"

#include <sys/timex.h>

namespace tarsier {
namespace {

const char* source(const ClockQuality& quality, const timex& state) {
  if (!quality.synchronised) return "none";
  return (state.status & STA_PPSSIGNAL) != 0 ? "pulse" : "time_service";
}

}  // namespace

Json clock_json(const ClockQuality& quality, const timex& state, Nanoseconds utc) {
  const double unit = (state.status & STA_NANO) != 0 ? 1e-9 : 1e-6;
  const bool known = quality.uncertainty_ns != UINT64_MAX;
  return {{"source", source(quality, state)},
          {"synchronised", quality.synchronised},
          {"offset_s", static_cast<double>(state.offset) * unit},
          {"uncertainty_s", known ? Json(static_cast<double>(quality.uncertainty_ns) / 1e9) : Json(nullptr)},
          {"utc", iso_utc(utc)}};
}

Json clock_json(Nanoseconds utc) {
  timex state{};
  if (adjtimex(&state) == -1) state = {};
  return clock_json(clock_quality(), state, utc);
}

}  // namespace tarsier
