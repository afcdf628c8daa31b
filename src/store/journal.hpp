// The journal of one open segment: a zero-filled file whose head and records make a crash harmless.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "store/segment_writer.hpp"

namespace tarsier {

// Zeros are written ahead in steps of this size: a record then changes no metadata of the file system, and its
// fdatasync is one write.
inline constexpr std::uint64_t journal_step_bytes = 1024 * 1024;

// One thread at a time: the recorder's until it hands the journal to the sync thread with a commit, and after the
// answer again. Allocates when it is created, and later only for errors.
class Journal {
 public:
  // Creates `path` (never overwrites), takes flock(2) on it, writes `header` (a multiple of 4096 bytes) and the first
  // zeros, and makes both durable; its folder's entry is the caller's to sync. On failure nothing is left behind.
  [[nodiscard]] static Result<std::unique_ptr<Journal>> create(FileOperations& files, std::filesystem::path path,
                                                               std::span<const std::byte> header);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Writes a record behind the last one and makes it durable. A failed append may be tried again at the same place
  // only if nothing was promised for it: after Error::error_number ENOSPC.
  [[nodiscard]] Result<void> append(std::span<const std::byte> record);
  // Writes the next zeros when less than half a step is left, so that append() need not.
  [[nodiscard]] Result<void> grow_ahead();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Bytes up to the end of the last record.
  [[nodiscard]] std::uint64_t bytes() const { return end_; }

 private:
  Journal(FileOperations& files, std::filesystem::path path, int fd) : files_(files), path_(std::move(path)), fd_(fd) {}
  [[nodiscard]] Result<void> begin(std::span<const std::byte> header);
  [[nodiscard]] Result<void> fill_to(std::uint64_t bytes);
  [[nodiscard]] Result<void> sync();

  FileOperations& files_;
  const std::filesystem::path path_;
  const int fd_;
  std::uint64_t end_ = 0;     // of the last record
  std::uint64_t filled_ = 0;  // of the zeros
};

// fdatasync that repeats EINTR. The file's errors are lost with it: never try again after a failure.
[[nodiscard]] Result<void> sync_data(FileOperations& files, int fd, const std::filesystem::path& path);

// Whether a living process holds the journal's lock; false when there is no such file.
[[nodiscard]] bool journal_in_use(FileOperations& files, const std::filesystem::path& path);

// The chunk entries of all valid records, in their order, read back from the file. Fails when there are fewer than
// `expected`. Allocates room for `expected` entries and one record.
[[nodiscard]] Result<std::vector<ChunkEntry>> read_chunk_entries(FileOperations& files,
                                                                 const std::filesystem::path& path,
                                                                 std::uint64_t expected);

}  // namespace tarsier
