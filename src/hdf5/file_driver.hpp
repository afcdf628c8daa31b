// HDF5's file driver over FileOperations: tests reach every write that HDF5 makes, and the place of a raw chunk is
// known the moment it is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/file_operations.hpp"
#include "hdf5/handle.hpp"

namespace tarsier {

// What the driver knows about one open file. Owned by whoever opened it; must outlive the file. One thread at a time.
struct DriverFile {
  FileOperations* files = &system_files();
  std::filesystem::path path;
  int descriptor = -1;
  bool created = false;  // by us: it was not there before

  // Raw data written since the owner set this to 0, and where the last of it went.
  std::uint64_t raw_writes = 0;
  std::uint64_t raw_offset = 0;
  std::uint64_t raw_bytes = 0;

  // The first write that failed. HDF5 is not told, because it survives none: it leaks the file, writes the same chunk
  // elsewhere, or trips over it at exit. Look here after each call.
  std::optional<Error> failed;
  // Nothing more reaches the disk and every write succeeds. Follows a failed write; the owner may set it too.
  bool abandoned = false;
  // HDF5's own structures written since then: it may read them again before it lets go.
  struct LateWrite {
    std::uint64_t offset;
    std::vector<std::byte> bytes;
  };
  std::vector<LateWrite> late;
};

// Makes the file-access `properties` use the driver. Locks like HDF5's own driver: flock, exclusive for writers, not
// waited for. False on failure, with HDF5's error stack filled.
[[nodiscard]] bool use_file_driver(const PropertiesHandle& properties, DriverFile& file);

}  // namespace tarsier
