// Verifies one sealed file of unknown origin.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

// Told how many bytes of how many have been looked at.
using BytesDone = std::function<void(std::uint64_t done)>;

// What look_through() finds, in a child process with limits; when HDF5 crashes or hangs on the file, a fault that says
// so. An error only where the file cannot be opened at all or no child can be had. Call it while no other thread is
// inside HDF5.
[[nodiscard]] Result<Json> verify_file(FileOperations& files, const std::filesystem::path& path, const BytesDone& done);

// SHA-256 of the whole file.
[[nodiscard]] Result<std::string> sha256_of_file(FileOperations& files, const std::filesystem::path& path,
                                                 const BytesDone& done);

}  // namespace tarsier
