// Stands before the file operations of a recording and knows of each call that is under way: who is in it, in which
// operation, on which file and since when. A disk that hangs is so told of while it still hangs.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file_operations.hpp"
#include "store/io_times.hpp"

namespace tarsier {

// A call that has not come back.
struct BlockedCall {
  std::string thread;
  std::string operation;
  std::string file;
  Nanoseconds duration{0};
};

// Any thread. The calls allocate nothing and take no lock: each stamps a slot of atomics at its begin and its end.
class IoWatch final : public FileOperations {
 public:
  // A call that takes longer than this is one that blocks.
  static constexpr Nanoseconds patience = std::chrono::seconds(1);

  // Both outlive it.
  IoWatch(FileOperations& files, const Clock& clock) : files_(files), clock_(clock) {}

  [[nodiscard]] std::vector<BlockedCall> blocked() const;
  // One thread, now and then: writes a line when a call has been blocked for 1 s, 10 s, 100 s ... and when it came
  // back. Allocates only then.
  void report();

  // Set before the threads start: makes room when a write finds none, so that it is tried again; false: there is none
  // to be made. A chunk that is written halfway would cost its whole segment.
  std::function<bool()> make_room;

  // Of each call of pwrite, of fdatasync and fsync, and, by whoever seals, of a whole seal.
  IoTimes writes;
  IoTimes syncs;
  IoTimes seals;

  int open(const char* path, int flags, mode_t mode) override;
  int close(int fd) override;
  ssize_t pread(int fd, void* data, std::size_t bytes, off_t offset) override;
  ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) override;
  int ftruncate(int fd, off_t bytes) override;
  int fstat(int fd, struct stat* out) override;
  int stat(const char* path, struct stat* out) override;
  int allocate(int fd, off_t bytes) override;
  int fdatasync(int fd) override;
  int fsync(int fd) override;
  int lock(int fd, int operation) override;
  int rename_new(const char* from, const char* to) override;
  int rename(const char* from, const char* to) override;
  int unlink(const char* path) override;
  int mkdir(const char* path, mode_t mode) override;
  std::int64_t free_bytes(const char* path) override;

 private:
  static constexpr std::size_t slot_count = 16;  // more threads than ever call; a further call goes unwatched
  static constexpr std::size_t path_words = 24;
  struct Slot {
    std::atomic<std::int64_t> begin{0};  // CLOCK_MONOTONIC in ns; 0: free, -1: being filled in
    std::atomic<const char*> operation{nullptr};
    std::atomic<int> thread{0};
    std::atomic<int> fd{-1};  // -1: the path says which file
    std::array<std::atomic<std::uint64_t>, path_words> path{};
  };
  // What report() knows of a slot.
  struct Episode {
    std::int64_t begin = 0;
    Nanoseconds next{0};
    BlockedCall call;
  };
  class Call;

  [[nodiscard]] bool look(const Slot& slot, std::int64_t now, BlockedCall& call) const;
  static void report_end(const Episode& episode);

  // Constant after construction.
  FileOperations& files_;
  const Clock& clock_;
  // Any thread.
  std::array<Slot, slot_count> slots_;
  // The thread that reports.
  std::array<Episode, slot_count> episodes_;
};

}  // namespace tarsier
