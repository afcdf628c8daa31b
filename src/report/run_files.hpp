// Which files a report is made of: one sealed file, or those that a run's run.json lists.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

struct CameraFiles {
  std::string name;                           // empty: only the file knows
  std::vector<std::filesystem::path> sealed;  // in the order of time
  std::vector<std::string> notes;             // a sentence for each segment that is left out
  Json ledger;                                // as run.json has it, with `samples`; null: only the file knows
};

struct RunFiles {
  bool whole_run = false;  // all of a run, not one file
  bool ended = true;       // false: run.json says that the run goes on, or was interrupted
  std::vector<CameraFiles> cameras;
};

// `path` names a sealed file or the folder of a run. A segment that run.json lists as unsealed and that has been sealed
// since is taken. An error says what there is instead: nothing, a .part file, a folder of runs.
[[nodiscard]] Result<RunFiles> find_run_files(FileOperations& files, const std::filesystem::path& path);

}  // namespace tarsier
