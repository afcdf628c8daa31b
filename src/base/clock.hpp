// The two clocks of the product behind an interface, so that tests pass the time in.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tarsier {

using Nanoseconds = std::chrono::nanoseconds;

// Reads are thread-safe and allocate nothing.
class Clock {
 public:
  virtual ~Clock() = default;
  // CLOCK_MONOTONIC: never steps; begins anew with each boot.
  [[nodiscard]] virtual Nanoseconds monotonic() const = 0;
  // CLOCK_REALTIME since 1970-01-01T00:00:00Z; may step.
  [[nodiscard]] virtual Nanoseconds utc() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Nanoseconds monotonic() const override;
  [[nodiscard]] Nanoseconds utc() const override;
};

// How well the kernel believes its UTC to be known (adjtimex).
struct ClockQuality {
  bool synchronised = false;
  std::uint64_t uncertainty_ns = UINT64_MAX;  // all ones: unknown
};
[[nodiscard]] ClockQuality clock_quality();

// The kernel's identifier of this boot; "unknown" where it offers none.
[[nodiscard]] std::string boot_id();

// "20261121_043320" of a UTC time, for names of folders and files.
[[nodiscard]] std::string compact_utc(Nanoseconds utc);
// "2026-11-21T04:33:20.123Z".
[[nodiscard]] std::string iso_utc(Nanoseconds utc);

}  // namespace tarsier
