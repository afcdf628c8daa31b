// Which file system a folder lies on, and whether a recording may be written to it.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace tarsier {

struct Volume {
  std::filesystem::path mount_point;
  std::string type;    // "ext4"
  std::string source;  // "/dev/sda1"
  std::string uuid;    // lower case; empty: unknown
};

// Of the file system on which the folder lies now; asks the kernel and, where that does not tell, /dev/disk/by-uuid.
// Needs no privilege and nothing of the disk itself. Any thread; allocates.
[[nodiscard]] Result<Volume> volume_of(const std::filesystem::path& folder);

// Refuses what cannot hold a segment that is being written: file systems that promise neither an atomic rename nor
// that what was synced is on the disk (FAT, network), and, with `required` (a UUID), every volume but that one.
[[nodiscard]] Result<void> check_volume(const Volume& volume, const std::filesystem::path& folder,
                                        const std::string& required);

// Both, for the folder or, where it is not there yet, for the nearest one above it.
[[nodiscard]] Result<void> check_place(const std::filesystem::path& folder, const std::string& required);

}  // namespace tarsier
