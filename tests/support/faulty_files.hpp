// File operations that fail, shorten or interrupt what passes, on top of the real ones.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/file_operations.hpp"

namespace tarsier {

// Operations are counted from 1 in the order in which they come. Operations from any thread; asked() and counted() when
// none is under way. Set the faults, then use it.
class FaultyFiles final : public FileOperations {
 public:
  // The operation with this number fails with `error`; 0: none does. close() really closes, then reports the failure.
  std::uint64_t fail_at = 0;
  int error = EIO;
  // Every later one fails too: the process was killed there, for all that reaches the disk.
  bool fail_for_good = false;
  // Only operations of this name are counted and can fail; empty: all.
  std::string only;
  // At most this many bytes pass in one pread or pwrite.
  std::size_t most_bytes = SIZE_MAX;
  // The operation with this number, if it is a pread or pwrite of more than a byte, passes half of its bytes; 0: none.
  std::uint64_t shorten_at = 0;
  // Every other pread and pwrite is interrupted by a signal.
  bool interrupt = false;
  // What free_bytes answers.
  std::optional<std::int64_t> free;

  // Names of the operations that were asked for, failed ones too: "open /tmp/x", "pwrite", "fsync".
  [[nodiscard]] const std::vector<std::string>& asked() const { return asked_; }
  // How many of them were counted.
  [[nodiscard]] std::uint64_t counted() const { return counted_; }

  int open(const char* path, int flags, mode_t mode) override {
    return fails("open", path) ? -1 : real_.open(path, flags, mode);
  }
  int close(int fd) override {
    const bool failed = fails("close");
    const int result = real_.close(fd);
    if (failed) errno = error;
    return failed ? -1 : result;
  }
  ssize_t pread(int fd, void* data, std::size_t bytes, off_t offset) override {
    const auto passes = passing("pread", bytes);
    return passes ? real_.pread(fd, data, *passes, offset) : -1;
  }
  ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) override {
    const auto passes = passing("pwrite", bytes);
    return passes ? real_.pwrite(fd, data, *passes, offset) : -1;
  }
  int ftruncate(int fd, off_t bytes) override { return fails("ftruncate") ? -1 : real_.ftruncate(fd, bytes); }
  int fstat(int fd, struct stat* out) override { return fails("fstat") ? -1 : real_.fstat(fd, out); }
  int stat(const char* path, struct stat* out) override { return fails("stat", path) ? -1 : real_.stat(path, out); }
  int allocate(int fd, off_t bytes) override { return fails("allocate") ? -1 : real_.allocate(fd, bytes); }
  int fdatasync(int fd) override { return fails("fdatasync") ? -1 : real_.fdatasync(fd); }
  int fsync(int fd) override { return fails("fsync") ? -1 : real_.fsync(fd); }
  int lock(int fd, int operation) override { return fails("lock") ? -1 : real_.lock(fd, operation); }
  int rename_new(const char* from, const char* to) override {
    return fails("rename_new", to) ? -1 : real_.rename_new(from, to);
  }
  int rename(const char* from, const char* to) override { return fails("rename", to) ? -1 : real_.rename(from, to); }
  int unlink(const char* path) override { return fails("unlink", path) ? -1 : real_.unlink(path); }
  int mkdir(const char* path, mode_t mode) override { return fails("mkdir", path) ? -1 : real_.mkdir(path, mode); }
  std::int64_t free_bytes(const char* path) override {
    if (fails("free_bytes", path)) return -1;
    return free ? *free : real_.free_bytes(path);
  }

 private:
  bool fails(const char* operation, const char* path = nullptr) {
    const std::lock_guard lock(mutex_);
    return count(operation, path);
  }
  bool count(const char* operation, const char* path) {
    asked_.push_back(path == nullptr ? operation : std::string(operation) + " " + path);
    if (!only.empty() && only != operation) return false;
    ++counted_;
    const bool now = fail_at != 0 && (counted_ == fail_at || (fail_for_good && counted_ > fail_at));
    if (now) errno = error;
    return now;
  }
  // How many of the transfer's bytes pass; none when it fails.
  std::optional<std::size_t> passing(const char* transfer, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (interrupt && (interrupted_ = !interrupted_)) {
      errno = EINTR;
      return std::nullopt;
    }
    if (count(transfer, nullptr)) return std::nullopt;
    if (shorten_at != 0 && counted_ == shorten_at && bytes > 1) return bytes / 2;
    return std::min(bytes, most_bytes);
  }

  FileOperations& real_ = system_files();
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::uint64_t counted_ = 0;
  bool interrupted_ = false;
};

}  // namespace tarsier
