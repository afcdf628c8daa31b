#include "cli/pull_merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "store/merge.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

// Of a name that no camera's folder has.
constexpr const char* workshop_name = ".merging";

Result<void> clear(const fs::path& workshop) {
  std::error_code error;
  fs::remove_all(workshop, error);
  return error ? unexpected(file_error(workshop, "delete", error.value())) : Result<void>{};
}

Result<void> verify_merged(FileOperations& files, const fs::path& file) {
  const auto verified = verify(files, {file});
  if (!verified) return unexpected(verified.error());
  if (verified->whole) return {};
  return failure(file.string() + ": the merged file is not right; `tarsier verify` says more. Nothing was deleted");
}

// Out of the workshop. A file of that name was left by a merge that ended between; the segments are all there still.
Result<void> move_out(FileOperations& files, const fs::path& folder, Json& merged) {
  for (Json& file : merged) {
    const fs::path from = file["file"].get<std::string>();
    const fs::path to = folder / from.filename();
    if (files.rename(from.c_str(), to.c_str()) != 0) return unexpected(file_error(to, "rename to", errno));
    file["file"] = to.string();
  }
  return sync_directory(files, folder);
}

// The entries of pulled.json.
Json entries_of(const Json& merged) {
  Json entries = Json::array();
  for (const Json& file : merged) {
    entries.push_back({{"camera", file["camera"]},
                       {"file", fs::path(file["file"].get<std::string>()).filename().string()},
                       {"bytes", file["bytes"]}});
  }
  return entries;
}

}  // namespace

Result<Json> merge_pulled(FileOperations& files, PullFolder& folder, const RemoteRun& run, bool look_again,
                          const std::function<bool(const BytesProgress&)>& progress) {
  if (folder.merged()) {
    for (const fs::path& file : look_again ? folder.merged_files() : std::vector<fs::path>()) {
      if (auto right = verify_merged(files, file); !right) return unexpected(std::move(right.error()));
    }
    const bool all = std::all_of(run.files.begin(), run.files.end(),
                                 [&](const RemoteFile& file) { return folder.covers(file) || !file.sealed; });
    if (all) return Json::array();
    return failure(folder.path().string() +
                   ": segments came that the merged files do not have; they are kept apart beside them");
  }
  const fs::path workshop = folder.path() / workshop_name;
  if (auto cleared = clear(workshop); !cleared) return unexpected(std::move(cleared.error()));
  auto facts = merge(files, {folder.path(), workshop, progress});
  if (!facts) {
    (void)clear(workshop);
    return facts;
  }
  Json merged = std::move((*facts)["files"]);
  for (const Json& file : merged) {
    auto right = verify_merged(files, file["file"].get<std::string>());
    if (!right) return unexpected(std::move(right.error()));
  }
  if (auto moved = move_out(files, folder.path(), merged); !moved) return unexpected(std::move(moved.error()));
  if (auto cleared = clear(workshop); !cleared) return unexpected(std::move(cleared.error()));
  auto replaced = folder.replace_by(files, entries_of(merged), run.files, run.manifest);
  if (!replaced) return unexpected(std::move(replaced.error()));
  return merged;
}

}  // namespace tarsier
