#include "base/clock.hpp"

#include <fmt/format.h>
#include <sys/timex.h>

#include <ctime>
#include <fstream>

namespace tarsier {
namespace {

Nanoseconds read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return std::chrono::seconds(now.tv_sec) + Nanoseconds(now.tv_nsec);
}

std::tm broken_down(Nanoseconds utc) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(utc).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

Nanoseconds SystemClock::monotonic() const { return read_clock(CLOCK_MONOTONIC); }
Nanoseconds SystemClock::utc() const { return read_clock(CLOCK_REALTIME); }

ClockQuality clock_quality() {
  timex state{};
  const int result = adjtimex(&state);
  if (result == -1 || result == TIME_ERROR || (state.status & STA_UNSYNC) != 0) return {};
  return {true, static_cast<std::uint64_t>(state.maxerror) * 1000};
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  return std::getline(file, id) ? id : "unknown";
}

std::string compact_utc(Nanoseconds utc) {
  const std::tm t = broken_down(utc);
  return fmt::format("{:04}{:02}{:02}_{:02}{:02}{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min,
                     t.tm_sec);
}

std::string iso_utc(Nanoseconds utc) {
  const std::tm t = broken_down(utc);
  const auto second = std::chrono::floor<std::chrono::seconds>(utc);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(utc - second).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                     t.tm_min, t.tm_sec, milliseconds);
}

}  // namespace tarsier
