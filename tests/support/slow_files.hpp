// The real file operations on a disk that takes its time. What was written to a journal is there when its sync has
// ended, and not before: whoever reads one sees what a power cut would leave.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file_operations.hpp"

namespace tarsier {

// Any thread. Set the lies, then use it.
class SlowFiles final : public FileOperations {
 public:
  explicit SlowFiles(std::uint64_t seed) : random_(seed) {}

  // A disk that promises too early: a journal is there this long after its sync.
  std::chrono::milliseconds journal_late{0};
  // A program that writes in a wrong order: writes of exactly this many bytes are there this long after they ended,
  // whatever syncs come.
  std::size_t late_bytes = 0;
  std::chrono::milliseconds bytes_late{0};

  int open(const char* path, int flags, mode_t mode) override {
    const int fd = real_.open(path, flags, mode);
    const std::lock_guard lock(mutex_);
    journals_[fd] = std::string_view(path).ends_with(".journal");
    held_.erase(fd);
    return fd;
  }
  int close(int fd) override {
    let_go(fd, true);
    return real_.close(fd);
  }
  ssize_t pread(int fd, void* data, std::size_t bytes, off_t offset) override {
    return real_.pread(fd, data, bytes, offset);
  }
  ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) override {
    let_go(fd, false);
    if (is_journal(fd) || bytes == late_bytes) {
      const auto* first = static_cast<const std::byte*>(data);
      const auto due = is_journal(fd) ? never() : Time::clock::now() + bytes_late;
      const std::lock_guard lock(mutex_);
      held_[fd].push_back({due, offset, {first, first + bytes}});
      return static_cast<ssize_t>(bytes);
    }
    pause(write_pause);
    return real_.pwrite(fd, data, bytes, offset);
  }
  int ftruncate(int fd, off_t bytes) override { return real_.ftruncate(fd, bytes); }
  int fstat(int fd, struct stat* out) override { return real_.fstat(fd, out); }
  int fdatasync(int fd) override {
    pause(sync_pause);
    if (is_journal(fd)) {
      const std::lock_guard lock(mutex_);
      for (Held& held : held_[fd]) held.due = std::min(held.due, Time::clock::now() + journal_late);
    }
    let_go(fd, false);
    return 0;
  }
  int fsync(int fd) override { return fdatasync(fd); }
  int lock(int fd, int operation) override { return real_.lock(fd, operation); }
  int rename_new(const char* from, const char* to) override { return real_.rename_new(from, to); }
  int rename(const char* from, const char* to) override { return real_.rename(from, to); }
  int unlink(const char* path) override { return real_.unlink(path); }
  int mkdir(const char* path, mode_t mode) override { return real_.mkdir(path, mode); }
  std::int64_t free_bytes(const char* path) override { return real_.free_bytes(path); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Held {
    Time due;
    off_t offset;
    std::vector<std::byte> bytes;
  };
  // Of each operation: how often it pauses, in percent, and for how long at most.
  struct Pauses {
    unsigned percent;
    std::uint64_t most_us;
  };
  static constexpr Pauses write_pause{4, 30'000};
  static constexpr Pauses sync_pause{100, 150'000};
  static Time never() { return Time::max() - std::chrono::hours(1); }

  void pause(Pauses pauses) {
    std::uint64_t us = 0;
    {
      const std::lock_guard lock(mutex_);
      if (random_() % 100 < pauses.percent) us = random_() % pauses.most_us;
    }
    if (us > 0) std::this_thread::sleep_for(std::chrono::microseconds(us));
  }
  bool is_journal(int fd) {
    const std::lock_guard lock(mutex_);
    return journals_[fd];
  }
  // Writes what was held back until now.
  void let_go(int fd, bool all) {
    const std::lock_guard lock(mutex_);
    auto& held = held_[fd];
    while (!held.empty() && (all || held.front().due <= Time::clock::now())) {
      [[maybe_unused]] const ssize_t put =
          real_.pwrite(fd, held.front().bytes.data(), held.front().bytes.size(), held.front().offset);
      held.pop_front();
    }
  }

  FileOperations& real_ = system_files();
  std::mutex mutex_;
  // Guarded by mutex_.
  std::mt19937_64 random_;
  std::map<int, bool> journals_;
  std::map<int, std::deque<Held>> held_;
};

}  // namespace tarsier
