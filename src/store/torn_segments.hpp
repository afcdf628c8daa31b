// Finds what recorders that are gone left half-made in a folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "store/segment_files.hpp"

namespace tarsier {

// The files that belong together of a `.part`, by its name alone: X.h5.part has X.h5, X.journal.
[[nodiscard]] SegmentFiles torn_files(const std::filesystem::path& part);
// The same of a journal; its `.part` and final name are what lies beside it, else what its head says. An error when the
// journal's head cannot be read.
[[nodiscard]] Result<SegmentFiles> torn_files_of_journal(FileOperations& files, const std::filesystem::path& journal);

struct TornSegments {
  std::vector<SegmentFiles> torn;              // with a journal, in the order of their names
  std::vector<std::filesystem::path> orphans;  // a `.part` without journal: nobody can tell what lies in it
  std::vector<std::filesystem::path> unbegun;  // a journal without `.part` that died before its head was whole
  std::vector<Error> unreadable;               // a journal without `.part` that is no journal
};

// Looks at the names in one folder; living recorders' files are among them. A folder that is missing holds nothing.
[[nodiscard]] TornSegments find_torn_segments(FileOperations& files, const std::filesystem::path& folder);

// Deletes the unbegun journals of a folder in which nobody else makes new ones now.
void remove_unbegun(FileOperations& files, const std::filesystem::path& folder);

}  // namespace tarsier
