// Measures a disk with the file operations that recordings use, in one file that has no name.
#pragma once

#include <filesystem>
#include <vector>

#include "base/file_operations.hpp"
#include "base/unique_fd.hpp"
#include "cli/machine_speed.hpp"

namespace tarsier {

// One thread. Allocates in create() alone, but for messages.
class DiskProbe {
 public:
  // The largest that the file becomes; as much and `spare` more must be free.
  static constexpr Bytes most = mebibytes(256), spare = mebibytes(256);

  // Makes the file and takes its name away at once: whatever ends this process ends the file too. Refuses a folder that
  // cannot be written, or is nearly full. `files` outlives the probe.
  [[nodiscard]] static Result<DiskProbe> create(FileOperations& files, const std::filesystem::path& directory);

  // Half of the time writes as fast as the disk takes it, then as a recording does: half as fast, with an fdatasync
  // every second, or three in all where there is less time.
  [[nodiscard]] Result<DiskSpeed> measure(const Patience& patience);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  DiskProbe(FileOperations& files, std::filesystem::path directory, UniqueFd file);
  [[nodiscard]] Result<double> write_chunk();
  [[nodiscard]] Result<double> synchronise();
  [[nodiscard]] Result<double> fastest(const Patience& patience);
  [[nodiscard]] Result<void> paced(const Patience& patience, double bytes_per_s, DiskSpeed& speed);

  FileOperations& files_;
  std::filesystem::path directory_;
  UniqueFd file_;
  std::vector<std::byte> chunk_;
  std::uint64_t at_ = 0;  // where the next chunk goes
  std::uint64_t written_ = 0;
};

}  // namespace tarsier
