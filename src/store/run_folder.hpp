// What lies in the folder of a run, beside what run.json says of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

// A segment of run.json.
struct ListedSegment {
  std::filesystem::path file;  // relative to the run's folder, without ".part"
  Json entry;                  // as listed
  bool sealed = false;         // there, under its final name
  bool unsealed = false;       // there as ".part" only
  std::string deleted;         // when it was, by the rig's wish, to make room (UTC); empty: it was not
  [[nodiscard]] bool missing() const { return !sealed && !unsealed && deleted.empty(); }
};

struct ListedCamera {
  std::string name;
  Json entry;
  std::vector<ListedSegment> segments;
  std::vector<std::filesystem::path> unlisted;  // sealed files of the camera's folder that run.json does not name
  std::vector<std::filesystem::path> left;      // ".part" files that it does not name
};

struct RunFolder {
  std::filesystem::path folder;
  Json document;  // run.json
  bool ended = false;
  std::vector<ListedCamera> cameras;
};

// Errors: no folder of a run, and what there is instead; a file that is no sealed one.
[[nodiscard]] Result<RunFolder> read_run_folder(FileOperations& files, const std::filesystem::path& folder);

// What is wrong with naming `path` as a sealed file or a run: not there, unsealed (`tarsier recover` mends that),
// neither file nor folder. True: it is a folder.
[[nodiscard]] Result<bool> is_run_folder(const std::filesystem::path& path);

}  // namespace tarsier
