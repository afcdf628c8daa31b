// An HDF5 file that is only read, and that tells where in it the raw data of a chunk lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "hdf5/file_driver.hpp"
#include "hdf5/handle.hpp"

namespace tarsier {

// Bytes of a file.
struct FilePlace {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

enum class ChunkKind {
  absent,    // never written: HDF5 knows no place for it
  plain,     // stored without a filter, in one piece
  filtered,  // HDF5 has to undo it
};

struct StoredChunk {
  ChunkKind kind = ChunkKind::absent;
  FilePlace place;  // of a plain one
};

// What HDF5 reads a file with. While it is told to, it writes down where a read into one buffer would go instead of
// reading: so HDF5 looks a chunk up in its index, which takes microseconds, and nothing is read. (H5Dget_chunk_info
// takes time that grows with the chunks, and before 1.14 there is no H5Dchunk_iter.) A read beyond the file's end is an
// error and never zeros.
class ObservedFile final : public FileOperations {
 public:
  // Reads into `buffer` are noted and not done, until null.
  void observe(const void* buffer);
  // The one read that was noted since; nothing when there was none, or several.
  [[nodiscard]] std::optional<FilePlace> noted() const;
  [[nodiscard]] bool noted_any() const { return reads_ > 0; }

  int open(const char* path, int flags, mode_t mode) override;
  int close(int fd) override;
  ssize_t pread(int fd, void* data, std::size_t bytes, off_t offset) override;
  int fstat(int fd, struct stat* out) override;
  int lock(int fd, int operation) override;
  std::int64_t free_bytes(const char* path) override;
  // Nothing is ever changed: EROFS.
  ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) override;
  int ftruncate(int fd, off_t bytes) override;
  int fdatasync(int fd) override;
  int fsync(int fd) override;
  int rename_new(const char* from, const char* to) override;
  int rename(const char* from, const char* to) override;
  int unlink(const char* path) override;
  int mkdir(const char* path, mode_t mode) override;

 private:
  const void* observed_ = nullptr;
  std::uint64_t reads_ = 0;
  FilePlace place_;
};

// One thread at a time.
class Hdf5Input {
 public:
  // Errors give the reason only, without the path.
  [[nodiscard]] static Result<std::unique_ptr<Hdf5Input>> open(const std::filesystem::path& path);

  [[nodiscard]] hid_t get() const { return file_.get(); }
  // How the chunk that begins at `first` is stored. `filters` are set for the dataset: plain is one that skipped all.
  [[nodiscard]] StoredChunk find_chunk(hid_t dataset, std::span<const hsize_t> first, unsigned filters);
  // Fills `bytes` from the file. False: the file can't be read there, or ends before.
  [[nodiscard]] bool read(std::uint64_t offset, std::span<std::byte> bytes);

 private:
  Hdf5Input() = default;

  // In this order: HDF5 uses the driver until the file is closed.
  ObservedFile files_;
  DriverFile driver_;
  FileHandle file_;
};

}  // namespace tarsier
