#include "store/disk_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "base/log.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds look_interval = std::chrono::milliseconds(250);
constexpr Nanoseconds refusal = std::chrono::seconds(30);
constexpr Bytes clearly_more = mebibytes(16);

// Of a small reserve an eighth, so that a small disk can be used at all.
Bytes margin_beyond(Bytes reserve) { return std::clamp(Bytes{reserve.count / 8}, mebibytes(1), clearly_more); }

double hours(std::uint64_t bytes, double per_s) {
  return per_s > 0 ? static_cast<double>(bytes) / per_s / 3600.0 : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Bytes DiskSpace::margin() const { return margin_beyond(reserve()); }

DiskSpace::DiskSpace(FileOperations& files, std::filesystem::path folder, Bytes reserve, std::filesystem::path ballast)
    : files_(files),
      folder_(std::move(folder)),
      ballast_(files, std::move(ballast), Ballast::size_within(reserve)),
      reserve_(reserve.count) {}

void DiskSpace::begin() {
  const std::int64_t free = files_.free_bytes(folder_.c_str());
  const bool room = free >= 0 && static_cast<std::uint64_t>(free) >= reserve().count;
  if (room || ballast_.left_behind()) ballast_.make();
}

void DiskSpace::look(Nanoseconds now) {
  if (last_look_ >= Nanoseconds(0) && now - last_look_ < look_interval) return;
  last_look_ = now;
  const std::uint64_t written = written_.load(std::memory_order_relaxed);
  rate_.note(now, written);
  long_rate_.note(now, written);
  const std::int64_t free = files_.free_bytes(folder_.c_str());
  if (free < 0) return;  // the next write tells
  const auto free_now = static_cast<std::uint64_t>(free);
  free_.store(free_now, std::memory_order_relaxed);
  const bool refused = now < refused_until_ && free_now < wanted_;
  const std::uint64_t wanted = full() ? reserve().count + margin().count : reserve().count;
  set_full(refused || free_now + ballast_.held().count < wanted, free_now);
  // Who gave it up found no room, whatever is said to be free: a quota, for example.
  if (relieved_.exchange(false, std::memory_order_relaxed)) {
    no_ballast_until_ = now + refusal;
    ballast_wanted_ = free_now + margin().count;
  }
  if (now < no_ballast_until_ && free_now < ballast_wanted_) return;
  if (!full() && free_now >= reserve().count + margin().count) ballast_.make();
}

void DiskSpace::refuse(Nanoseconds now) {
  const std::uint64_t free = free_.load(std::memory_order_relaxed);
  refused_until_ = now + refusal;
  wanted_ = free + margin().count;
  set_full(true, free);
}

bool DiskSpace::relieve() {
  if (!ballast_.give_up()) return false;
  relieved_.store(true, std::memory_order_relaxed);
  full_.store(true, std::memory_order_relaxed);  // what it made room for comes before frames
  log(Severity::warning, fmt::format("{}: {} of the reserve given up for what must still be written", folder_.string(),
                                     to_text(ballast_.size())));
  return true;
}

void DiskSpace::make_room_for(Bytes bytes) {
  const std::int64_t free = files_.free_bytes(folder_.c_str());
  if (free >= 0 && static_cast<std::uint64_t>(free) < bytes.count) (void)relieve();
}

bool DiskSpace::wants_room() const {
  const std::int64_t free = files_.free_bytes(folder_.c_str());
  if (free < 0) return false;
  const double rate = rate_.per_s();
  const auto soon = static_cast<std::uint64_t>(std::isnan(rate) ? 0 : 10 * rate);
  const std::uint64_t wanted = reserve().count + std::max(2 * margin().count, soon);
  const std::uint64_t asked = asked_.load(std::memory_order_relaxed);
  // Who asks for room does not know that the ballast is part of the reserve.
  const bool short_of_it = asked > 0 && static_cast<std::uint64_t>(free) < wanted + asked;
  return short_of_it || static_cast<std::uint64_t>(free) + ballast_.held().count < wanted;
}

void DiskSpace::set_full(bool now_full, std::uint64_t free) {
  if (now_full == full()) return;
  log(now_full ? Severity::warning : Severity::notice,
      fmt::format("{}: {} free, reserve {}: {}", folder_.string(), to_text(Bytes{free}), to_text(reserve()),
                  now_full ? "frames are not stored until there is room" : "frames are stored again"));
  full_.store(now_full, std::memory_order_relaxed);
}

bool DiskSpace::lacks_space(const Error& error, std::uint64_t bytes) const {
  if (error.error_number == ENOSPC || error.error_number == EDQUOT) return true;
  const std::int64_t free = files_.free_bytes(folder_.c_str());
  const std::uint64_t beside_ballast = reserve().count - std::min(reserve().count, ballast_.held().count);
  return free >= 0 && static_cast<std::uint64_t>(free) < std::max(beside_ballast, 2 * bytes);
}

void DiskSpace::wrote(std::uint64_t bytes) {
  written_.store(written_.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
}

void DiskSpace::set_trouble(std::string why) {
  const std::lock_guard lock(mutex_);
  trouble_ = std::move(why);
}

StoreStatus DiskSpace::status() const {
  StoreStatus status;
  status.free_bytes = free_.load(std::memory_order_relaxed);
  status.reserve_bytes = reserve().count;
  const std::uint64_t free = status.free_bytes + ballast_.held().count;
  status.room_bytes = free - std::min(free, reserve().count);
  status.written_bytes = written_.load(std::memory_order_relaxed);
  const double rate = rate_.per_s();
  const double long_rate = long_rate_.per_s();
  status.written_bytes_per_s = std::isnan(rate) ? 0 : rate;
  status.long_bytes_per_s = long_rate;
  status.hours_left = hours(status.room_bytes, std::isnan(long_rate) ? rate : long_rate);
  status.hours_left_least = hours(status.room_bytes, std::fmax(rate, long_rate));
  status.disk_full = full();
  const std::lock_guard lock(mutex_);
  status.trouble = trouble_;
  return status;
}

}  // namespace tarsier
