// Fetches chunks from a torn segment, the next one by a thread beside the one that writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <semaphore>
#include <vector>

#include "base/file_operations.hpp"
#include "base/named_thread.hpp"
#include "base/result.hpp"
#include "store/segment_writer.hpp"

namespace tarsier {

// A `.part` of which nothing is believed but what a journal's hash confirms. Any thread may fetch.
class PartReader {
 public:
  // `fd` may be missing (-1): then nothing is there.
  PartReader(FileOperations& files, int fd, const std::filesystem::path& path) : files_(files), fd_(fd), path_(path) {}
  // Before the first fetch.
  [[nodiscard]] Result<void> look();
  // False: it is not there any more as it was written.
  [[nodiscard]] Result<bool> fetch(const ChunkEntry& chunk, std::vector<std::byte>& into) const;

 private:
  FileOperations& files_;
  const int fd_;
  const std::filesystem::path& path_;
  std::uint64_t bytes_ = 0;
};

// One caller, and a thread of its own. One chunk is under way at a time.
class ChunkReadAhead {
 public:
  explicit ChunkReadAhead(const PartReader& part);
  ~ChunkReadAhead();
  ChunkReadAhead(const ChunkReadAhead&) = delete;
  ChunkReadAhead& operator=(const ChunkReadAhead&) = delete;

  // Begins to fetch `chunk`, which stays where it is until it is taken.
  void begin(const ChunkEntry& chunk);
  // The outcome of fetching `chunk`, its bytes in `into`; waits when it was begun, fetches it when not.
  [[nodiscard]] Result<bool> take(const ChunkEntry& chunk, std::vector<std::byte>& into);

 private:
  void work();
  void wait();

  const PartReader& part_;
  const ChunkEntry* chunk_ = nullptr;  // under way; none when the thread is asked: it ends
  std::binary_semaphore asked_{0};
  std::binary_semaphore done_{0};
  // The thread's between the two.
  std::vector<std::byte> bytes_;
  Result<bool> found_ = false;
  NamedThread thread_;
};

}  // namespace tarsier
