// From the segments that were pulled to one file for each camera.
#pragma once

#include <functional>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "client/pull_folder.hpp"
#include "store/verify.hpp"

namespace tarsier {

// Merges the segments in the folder, verifies the merged files, moves them into the folder and deletes the segments, in
// this order: whatever ends it, each frame is in a whole file. Ended between, it begins again. Gives the merged files:
// camera, file (its path), bytes, segments, rows, frames. Empty when that was done before; with `look_again` they are
// verified once more then. `progress` as in MergeRequest. Call it while no other thread is inside HDF5.
[[nodiscard]] Result<Json> merge_pulled(FileOperations& files, PullFolder& folder, const RemoteRun& run,
                                        bool look_again, const std::function<bool(const BytesProgress&)>& progress);

}  // namespace tarsier
