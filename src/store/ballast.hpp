// A file that only takes up room. It is given up when the disk is truly full, so that what must still be written, a
// seal, the manifest, the journal's last records, finds some.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "base/bytes.hpp"
#include "base/file_operations.hpp"

namespace tarsier {

class Ballast {
 public:
  // Of that reserve: a quarter of it and at most 64 MiB; nothing when that is less than 1 MiB.
  [[nodiscard]] static Bytes size_within(Bytes reserve);

  // `file` empty: there never is one.
  Ballast(FileOperations& files, std::filesystem::path file, Bytes size)
      : files_(files), file_(std::move(file)), size_(file_.empty() ? Bytes{} : size) {}

  // One thread: makes it, or takes over the one that is there. Without room, or where a file system cannot set room
  // aside, there is none.
  void make();
  // Whether an earlier start left one that is as large: to take it over needs no room.
  [[nodiscard]] bool left_behind() const;
  // Any thread: deletes it; false when there was none to delete.
  bool give_up();
  // Any thread: the room that giving it up would make.
  [[nodiscard]] Bytes held() const { return Bytes{held_.load(std::memory_order_relaxed)}; }
  [[nodiscard]] Bytes size() const { return size_; }

 private:
  [[nodiscard]] bool fill(int fd);

  FileOperations& files_;
  const std::filesystem::path file_;
  const Bytes size_;
  bool impossible_ = false;             // make()'s thread: the file system cannot set room aside
  std::atomic<std::uint64_t> held_{0};  // relaxed: the file itself is what counts
};

}  // namespace tarsier
