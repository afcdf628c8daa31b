#include "daemon/camera_watch.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace tarsier {
namespace {

void warn_of_slowness(WiredCamera& camera, double rate_hz) {
  constexpr unsigned patience = 10;
  const double nominal = camera.camera.facts.frames_per_s;
  const bool slow = camera.camera.live() && rate_hz > 0 && rate_hz * 1.5 < nominal;
  camera.slow_looks = slow ? camera.slow_looks + 1 : 0;
  if (camera.slow_looks != patience) return;
  log(Severity::warning,
      fmt::format(
          "{}: gives {:.1f} frames/s instead of {:.1f}: pairs further apart than 1.5 intervals are no activity; "
          "fix the exposure, or set fps to what it gives",
          camera.channel.name, rate_hz, nominal));
}

}  // namespace

void push_event(WiredCamera& camera, const Clock& clock, EventKind kind, double value, std::string_view text) {
  Event event;
  event.utc_ns = clock.utc().count();
  event.monotonic_ns = clock.monotonic().count();
  event.kind = kind;
  event.value = value;
  text.copy(event.text, sizeof event.text - 1);
  if (!camera.channel.events.push(event))
    log(Severity::warning, camera.channel.name + ": an event was lost: queue full");
}

void note_restarts(WiredCamera& camera, const Clock& clock) {
  const std::uint64_t restarts = camera.source->status().restarts;
  if (restarts == camera.restarts_before) return;
  camera.restarts_before = restarts;
  push_event(camera, clock, EventKind::camera_restart, static_cast<double>(restarts));
}

void measure_rate(WiredCamera& camera, double seconds) {
  const std::uint64_t offered = camera.channel.offered.load(std::memory_order_relaxed);
  const double rate_hz = static_cast<double>(offered - camera.offered_before) / seconds;
  camera.offered_before = offered;
  camera.rate_hz.store(rate_hz, std::memory_order_relaxed);
  warn_of_slowness(camera, rate_hz);
}

}  // namespace tarsier
