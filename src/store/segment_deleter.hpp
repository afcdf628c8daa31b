// Makes room on a disk that is nearly full: deletes the oldest sealed segments of the store, as far as the rig allows
// it. The manifest says so first and the file goes then: after a crash in between run.json promises nothing that is not
// there, and the file goes at the next occasion.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/file_operations.hpp"
#include "config/rig.hpp"
#include "store/manifest.hpp"

namespace tarsier {

struct DeletedSegment {
  std::filesystem::path file;
  std::uint64_t bytes = 0;
  // The disk has its room already: not while somebody still reads the file, and some file systems take half a minute.
  bool freed = true;
};

// The thread that writes `manifest`. Allocates.
class SegmentDeleter {
 public:
  // `manifest` is that of the run that is recorded now, in `run_folder`; the runs before it lie beside that. All
  // outlive it.
  SegmentDeleter(FileOperations& files, const Clock& clock, Manifest& manifest, std::filesystem::path run_folder,
                 Retention policy)
      : files_(files), clock_(clock), manifest_(manifest), run_folder_(std::move(run_folder)), policy_(policy) {}

  // Deletes one segment, the oldest that may go, in whichever run it lies; none when none may.
  [[nodiscard]] Result<std::optional<DeletedSegment>> delete_oldest();

 private:
  [[nodiscard]] std::vector<std::filesystem::path> earlier_runs() const;
  [[nodiscard]] Result<std::optional<DeletedSegment>> delete_in(const std::filesystem::path& run);
  [[nodiscard]] Result<std::optional<DeletedSegment>> delete_in_this_run();
  void finish_deletions();
  [[nodiscard]] Result<DeletedSegment> remove(const std::filesystem::path& file, std::uint64_t bytes);

  // Constant after construction.
  FileOperations& files_;
  const Clock& clock_;
  Manifest& manifest_;
  const std::filesystem::path run_folder_;
  const Retention policy_;
  // Runs of which nothing may go, while their manifest is that old.
  std::map<std::filesystem::path, std::filesystem::file_time_type> exhausted_;
  bool finished_ = false;
};

// Notes in the manifest of a run that is not recorded now that `file` (as run.json names it) was copied away; an error
// where `sha256` is not that of the file. Any thread; waits while somebody else writes that manifest.
[[nodiscard]] Result<void> mark_pulled(FileOperations& files, const std::filesystem::path& run_folder,
                                       const std::filesystem::path& file, const std::string& sha256, Nanoseconds utc);

}  // namespace tarsier
