// An HDF5 file that we write, made so that it can be read while it grows and survives as much as HDF5 can promise:
// bounds V110, pages of 4096 bytes, a bounded metadata cache, never overwriting.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "hdf5/file_driver.hpp"
#include "hdf5/handle.hpp"
#include "hdf5/series.hpp"

namespace tarsier {

// Where raw bytes lie in a file.
struct RawPlace {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

// One thread at a time, and only one of the process may call HDF5 on the frame path.
class WritableFile {
 public:
  // A new, empty file, in which groups and datasets may be made until start_swmr(). Nothing is left behind on failure.
  [[nodiscard]] static Result<WritableFile> create(FileOperations& files, const std::filesystem::path& path);
  // A file of ours that was closed whole, to be changed.
  [[nodiscard]] static Result<WritableFile> open(FileOperations& files, const std::filesystem::path& path);
  WritableFile(WritableFile&&) noexcept = default;
  WritableFile& operator=(WritableFile&&) = delete;
  // Without close() before: frees everything and lets nothing more reach the disk.
  ~WritableFile();

  [[nodiscard]] const FileHandle& handle() const { return handle_; }
  [[nodiscard]] Result<void> make_group(const std::string& path);
  // A second name of an object.
  [[nodiscard]] Result<void> hard_link(const std::string& object, const std::string& name);

  // From here on others may read, and neither object nor attribute may be made: HDF5 would not refuse it.
  [[nodiscard]] Result<void> start_swmr();
  // Writes one whole chunk; says where it went.
  [[nodiscard]] Result<RawPlace> write_chunk(Series& series, std::uint64_t first, std::span<const std::byte> coded,
                                             std::uint32_t filter_mask);
  // An error once a write has failed: the file is abandoned then, what lies on the disk stays as it is. Look after each
  // use of a Series, which does not tell.
  [[nodiscard]] Result<void> intact() const;
  // Hands everything that HDF5 holds to the operating system.
  [[nodiscard]] Result<void> flush();
  // Rewrites the indices of all chunks and the superblock as HDF5 1.8 knows them; the chunks stay where they are. The
  // last thing before close(), while no Series is open: the file is for reading from then on.
  [[nodiscard]] Result<void> convert_for_old_readers();
  // Closes the file and whatever Series of it are still there; those are dead then. An error names the first write
  // that failed, the file is then incomplete.
  [[nodiscard]] Result<void> close();
  // Nothing more reaches the disk from here on. Call it before the Series of an unfinished file go, for they write.
  void abandon() { driver_->abandoned = true; }

  // Of the open file, for fdatasync; -1 when closed.
  [[nodiscard]] int descriptor() const { return driver_->descriptor; }

 private:
  explicit WritableFile(std::unique_ptr<DriverFile> driver) : driver_(std::move(driver)) {}

  // On the heap, because HDF5 keeps its address. Before handle_, because HDF5 needs it until the file is closed.
  std::unique_ptr<DriverFile> driver_;
  FileHandle handle_;
};

// A file of ours that was closed whole, read only and through the seam. One thread.
class ReadableFile {
 public:
  [[nodiscard]] static Result<ReadableFile> open(FileOperations& files, const std::filesystem::path& path);
  [[nodiscard]] const FileHandle& handle() const { return handle_; }

 private:
  explicit ReadableFile(std::unique_ptr<DriverFile> driver) : driver_(std::move(driver)) {}
  // Before handle_, because HDF5 needs it until the file is closed.
  std::unique_ptr<DriverFile> driver_;
  FileHandle handle_;
};

// Any file, read only. A file that is being written wants `growing`.
[[nodiscard]] Result<FileHandle> open_for_reading(const std::filesystem::path& path, bool growing = false);

}  // namespace tarsier
