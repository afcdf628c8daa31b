// `tarsier merge`: one file for each camera of a run.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "store/verify.hpp"

namespace tarsier {

struct MergeRequest {
  std::filesystem::path run;     // its folder
  std::filesystem::path output;  // folder, made when missing
  // Called a few times a second; false stops, and the file that was being made is deleted.
  std::function<bool(const BytesProgress&)> progress = [](const BytesProgress&) { return true; };
};

// Writes <output>/<experiment>_<camera>_<start of the run, UTC>.h5 for each camera that recorded anything, each under a
// name ending in ".part" until it is whole and durable. Never overwrites. Refuses a run of which a segment is missing,
// unsealed or damaged. Files that were finished before an error stay. Gives run, files: each camera, file, bytes,
// segments, rows, frames, chunks_copied, chunks_recoded. Call it while no other thread is inside HDF5.
[[nodiscard]] Result<Json> merge(FileOperations& files, const MergeRequest& request);

}  // namespace tarsier
