// How full the disk is, and how fast we fill it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/file_operations.hpp"
#include "store/recorder.hpp"

namespace tarsier {

// Recorder thread, but status(). Allocates nothing but for a warning.
class DiskSpace {
 public:
  DiskSpace(FileOperations& files, std::filesystem::path folder, Bytes reserve)
      : files_(files), folder_(std::move(folder)), reserve_(reserve) {}

  // Looks at the disk when the last look is a second old.
  void look(Nanoseconds now);
  // A write failed for lack of space: the disk counts as full until there is clearly more room than now, or, where
  // a quota hides how much there is, for half a minute.
  void refuse(Nanoseconds now);
  // Whether `error` of a write is for lack of space.
  [[nodiscard]] bool lacks_space(const Error& error, std::uint64_t bytes) const;
  [[nodiscard]] bool full() const { return full_.load(std::memory_order_relaxed); }
  void wrote(std::uint64_t bytes);
  // Any thread.
  [[nodiscard]] StoreStatus status() const;

 private:
  static constexpr std::size_t seconds_kept = 10;
  void note_rate(Nanoseconds now);
  void set_full(bool full, std::uint64_t free);

  // Constant after construction.
  FileOperations& files_;
  const std::filesystem::path folder_;
  const Bytes reserve_;
  // Recorder thread.
  Nanoseconds last_look_{-1};
  Nanoseconds refused_until_{0};
  std::uint64_t wanted_ = 0;  // free space at which a refusal ends
  std::array<std::uint64_t, seconds_kept> written_then_{};
  std::array<Nanoseconds, seconds_kept> then_{};
  std::uint64_t looks_ = 0;
  // Any thread; relaxed: each stands alone.
  std::atomic<std::uint64_t> free_{0};
  std::atomic<std::uint64_t> written_{0};
  std::atomic<double> rate_{0};
  std::atomic<bool> full_{false};
};

}  // namespace tarsier
