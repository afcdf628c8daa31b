// Deletes a whole run of the store.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/file_operations.hpp"
#include "control/device_api.hpp"

namespace tarsier {

// Whether the store holds a run of that name; nothing else can be named, neither above the store nor below a run.
[[nodiscard]] bool is_run(const std::filesystem::path& store, const std::string& name);

// Deletes the folder of `run`, which nobody records into. 409 where a sealed segment was not pulled yet, unless
// `unpulled` says that it may go. The folder is only renamed, so that no half run ever stands under its name;
// sweep_deletions() does the rest.
[[nodiscard]] Answer<Json> delete_run_folder(FileOperations& files, const std::filesystem::path& store,
                                             const std::string& run, bool unpulled);
// Removes what deletions left, file by file while `wanted`. Logs what cannot be removed.
void sweep_deletions(const std::filesystem::path& store, const std::function<bool()>& wanted);

}  // namespace tarsier
