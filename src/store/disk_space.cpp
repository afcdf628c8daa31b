#include "store/disk_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds look_interval = std::chrono::seconds(1);
constexpr Nanoseconds refusal = std::chrono::seconds(30);
constexpr std::uint64_t clearly_more = 16 * 1024 * 1024;

}  // namespace

void DiskSpace::look(Nanoseconds now) {
  if (looks_ > 0 && now - last_look_ < look_interval) return;
  last_look_ = now;
  note_rate(now);
  const std::int64_t free = files_.free_bytes(folder_.c_str());
  if (free < 0) return;  // the next write tells
  free_.store(static_cast<std::uint64_t>(free), std::memory_order_relaxed);
  const auto free_now = static_cast<std::uint64_t>(free);
  const bool refused = now < refused_until_ && free_now < wanted_;
  set_full(refused || free_now < reserve_.count, free_now);
}

void DiskSpace::refuse(Nanoseconds now) {
  const std::uint64_t free = free_.load(std::memory_order_relaxed);
  refused_until_ = now + refusal;
  wanted_ = free + clearly_more;
  set_full(true, free);
}

void DiskSpace::set_full(bool now_full, std::uint64_t free) {
  if (now_full == full()) return;
  log(now_full ? Severity::warning : Severity::notice,
      fmt::format("{}: {} free, reserve {}: {}", folder_.string(), to_text(Bytes{free}), to_text(reserve_),
                  now_full ? "frames are not stored until there is room" : "frames are stored again"));
  full_.store(now_full, std::memory_order_relaxed);
}

bool DiskSpace::lacks_space(const Error& error, std::uint64_t bytes) const {
  if (error.error_number == ENOSPC || error.error_number == EDQUOT) return true;
  const std::int64_t free = files_.free_bytes(folder_.c_str());
  return free >= 0 && static_cast<std::uint64_t>(free) < std::max(reserve_.count, 2 * bytes);
}

void DiskSpace::wrote(std::uint64_t bytes) {
  written_.store(written_.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
}

void DiskSpace::note_rate(Nanoseconds now) {
  const std::uint64_t written = written_.load(std::memory_order_relaxed);
  const std::size_t oldest = looks_ < seconds_kept ? 0 : looks_ % seconds_kept;
  const std::chrono::duration<double> passed = now - then_[oldest];
  if (looks_ > 0 && passed.count() > 0) {
    rate_.store(static_cast<double>(written - written_then_[oldest]) / passed.count(), std::memory_order_relaxed);
  }
  written_then_[looks_ % seconds_kept] = written;
  then_[looks_ % seconds_kept] = now;
  ++looks_;
}

StoreStatus DiskSpace::status() const {
  return {free_.load(std::memory_order_relaxed), rate_.load(std::memory_order_relaxed),
          written_.load(std::memory_order_relaxed), full()};
}

}  // namespace tarsier
