// What an HDF5 file of unknown origin holds, learned without trusting it.
#pragma once

#include <filesystem>

#include "base/confined_child.hpp"
#include "base/result.hpp"
#include "replay/hdf5_recording.hpp"

namespace tarsier {

// Whether the file begins with HDF5's signature, possibly behind a user block. False when it can't be read. Calls
// nothing of HDF5.
[[nodiscard]] bool is_hdf5(const std::filesystem::path& path);

// Opens the file in a child process with limits, because HDF5 itself crashes or hangs on some malformed files, and
// reads its first, middle and last frame there. Every error is "PATH: is not a recording: ..." and says so when HDF5
// crashed or hung. Call it while no other thread is inside HDF5.
[[nodiscard]] Result<Hdf5Facts> probe_hdf5(const std::filesystem::path& path, const ConfinedLimits& limits = {});

}  // namespace tarsier
