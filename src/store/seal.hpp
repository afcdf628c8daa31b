// Steps of the seal that other makers of sealed files share.
#pragma once

#include <filesystem>
#include <string>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "hdf5/file.hpp"

namespace tarsier {

// cameras[name].reduce.key of the rig; true, the rig's own default, when the rig does not say.
[[nodiscard]] bool is_measured(const Json& rig, const std::string& camera, const char* key);

// Gives every dataset that has the attribute of its content's hash that hash.
[[nodiscard]] Result<void> hash_contents(const WritableFile& file);

// fsync of a closed file.
[[nodiscard]] Result<void> sync_file(FileOperations& files, const std::filesystem::path& path);

}  // namespace tarsier
