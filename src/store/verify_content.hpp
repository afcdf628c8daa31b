// Looks through a sealed file for anything that is not as it was sealed. Damaged files make HDF5 crash or hang: call it
// in a process of its own (verify_file.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/json.hpp"

namespace tarsier {

// The most stretches of bad images that are listed; further ones lengthen the last.
inline constexpr std::size_t most_bad_stretches = 1000;

// Reads every chunk that /tarsier/chunks lists and compares its bytes with their hash, compares the contents of the
// other datasets with theirs, and counts. `advance` is told of bytes as they are read. Memory: one chunk, 4096 rows,
// and the list of what is bad. Gives
//   camera, run, segment, rows, frames, regions, gaps, chunks, bytes (of these chunks), first_id, last_id (null without
//   rows), ledger: what the file says;
//   bad: stretches of images whose bytes are not what they were: dataset, first, last (indices), first_id, last_id (of
//   frames; null when the rows do not tell), reason;
//   faults: sentences about everything else that is wrong.
[[nodiscard]] Json look_through(const std::filesystem::path& path, const std::function<void(std::uint64_t)>& advance);

}  // namespace tarsier
