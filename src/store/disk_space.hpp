// How full the disk is, how fast we fill it, and when it will be full.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/file_operations.hpp"
#include "store/ballast.hpp"
#include "store/recorder.hpp"
#include "store/write_rate.hpp"

namespace tarsier {

// Recorder thread, but relieve() and status(). Allocates nothing but for a warning.
class DiskSpace {
 public:
  // `ballast`: a file in the same place that counts as part of the reserve; empty: none.
  DiskSpace(FileOperations& files, std::filesystem::path folder, Bytes reserve, std::filesystem::path ballast = {});

  // Sets the ballast aside, where there is room for it.
  void begin();
  // Nothing more will be written: the ballast goes.
  void end() { (void)ballast_.give_up(); }
  // Looks at the disk when the last look is a quarter of a second old.
  void look(Nanoseconds now);
  // Any thread: another reserve from the next look on. The ballast stays as it is.
  void set_reserve(Bytes reserve) { reserve_.store(reserve.count, std::memory_order_relaxed); }
  // A write failed for lack of space: the disk counts as full until there is clearly more room than now, or, where
  // a quota hides how much there is, for half a minute.
  void refuse(Nanoseconds now);
  // Any thread: gives up the ballast, so that what failed for lack of space can be tried again; false when there is
  // none.
  bool relieve();
  // Gives up the ballast when `bytes` that must be written now would not find room otherwise.
  void make_room_for(Bytes bytes);
  // Any thread: so little is left that segments should go, if they may: within the reserve and a margin, or what is
  // written in ten seconds, or what was asked for with want_room().
  [[nodiscard]] bool wants_room() const;
  // Any thread: so much is needed beside the reserve; 0: nothing any more.
  void want_room(Bytes bytes) { asked_.store(bytes.count, std::memory_order_relaxed); }
  // Whether `error` of a write is for lack of space.
  [[nodiscard]] bool lacks_space(const Error& error, std::uint64_t bytes) const;
  // Frames are not to be stored: less than the reserve is free. Ends when there is clearly more than the reserve.
  [[nodiscard]] bool full() const { return full_.load(std::memory_order_relaxed); }
  // Whether so much was free at the last look, with what the ballast takes.
  [[nodiscard]] bool offers(Bytes bytes) const {
    return free_.load(std::memory_order_relaxed) + ballast_.held().count >= bytes.count;
  }
  void wrote(std::uint64_t bytes);
  // Why nothing can be written at present, for the status; empty: it can.
  void set_trouble(std::string why);
  // Any thread.
  [[nodiscard]] StoreStatus status() const;

 private:
  void set_full(bool full, std::uint64_t free);
  [[nodiscard]] Bytes reserve() const { return {reserve_.load(std::memory_order_relaxed)}; }
  [[nodiscard]] Bytes margin() const;  // beyond the reserve, before frames are stored again

  // Constant after construction.
  FileOperations& files_;
  const std::filesystem::path folder_;
  // Recorder thread.
  Ballast ballast_;
  Nanoseconds last_look_{-1};
  Nanoseconds refused_until_{0};
  std::uint64_t wanted_ = 0;  // free space at which a refusal ends
  Nanoseconds no_ballast_until_{0};
  std::uint64_t ballast_wanted_ = 0;  // free space at which it is made again before that
  WriteRate rate_{std::chrono::seconds(1)};
  WriteRate long_rate_{std::chrono::seconds(60)};
  // Any thread; relaxed: each stands alone.
  std::atomic<std::uint64_t> reserve_;
  std::atomic<std::uint64_t> free_{0};
  std::atomic<std::uint64_t> written_{0};
  std::atomic<bool> full_{false};
  std::atomic<std::uint64_t> asked_{0};
  std::atomic<bool> relieved_{false};  // since the last look
  mutable std::mutex mutex_;
  std::string trouble_;  // guarded by mutex_
};

}  // namespace tarsier
