// Joins the segments of one camera to one file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

// Writes `part`, which is not there, from `segments` (sealed, in order, at least one) and makes it durable; does not
// rename. Memory: a few chunks, a few thousand rows, one segment's list of chunks. `advance` is told of bytes of frames
// as they are read. On failure nothing is left behind. Gives rows, frames, chunks_copied, chunks_recoded.
// HDF5 may crash on damaged files: call it in a process of its own.
[[nodiscard]] Result<Json> merge_camera(FileOperations& files, const std::vector<std::filesystem::path>& segments,
                                        const std::filesystem::path& part,
                                        const std::function<void(std::uint64_t)>& advance);

}  // namespace tarsier
