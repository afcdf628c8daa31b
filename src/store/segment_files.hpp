// The names of a segment's files and the steps between them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "store/recorder.hpp"

namespace tarsier {

struct SegmentFiles {
  std::filesystem::path final_name;  // while it is being written: with ".part" behind
  std::filesystem::path part;
  std::filesystem::path journal;
  std::filesystem::path listed;  // final name as run.json says it, relative to the run's folder
};

// <run folder>/<camera>/<experiment>_<camera>_<start, UTC>_<number>.h5, or the single file.
[[nodiscard]] SegmentFiles segment_files(const RecordingPlace& place, const std::string& experiment,
                                         const std::string& camera, std::uint32_t number, Nanoseconds started);

// The number in a segment's name, with any extension; 0 where there is none.
[[nodiscard]] std::uint32_t segment_number(const std::string& name);

// The number after the largest that any file in the camera's folder has; 1 in an empty or missing folder.
[[nodiscard]] std::uint32_t next_segment_number(const std::filesystem::path& camera_folder);

// Refuses a single file that is there already, is being written, or was left half-made.
[[nodiscard]] Result<void> check_single_file(FileOperations& files, const SegmentFiles& names);

// Gives a complete file its final name; durable after sync_folder().
[[nodiscard]] Result<void> give_final_name(FileOperations& files, const SegmentFiles& names);
// Makes the names in the folder of the files durable.
[[nodiscard]] Result<void> sync_folder(FileOperations& files, const SegmentFiles& names);

// Size of a file; 0 when it cannot be told.
[[nodiscard]] std::uint64_t file_bytes(FileOperations& files, const std::filesystem::path& file);

}  // namespace tarsier
