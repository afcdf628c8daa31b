// Opens files of a folder by names that come from elsewhere.
#pragma once

#include <filesystem>

#include "base/unique_fd.hpp"

namespace tarsier {

// For reading; never leaves `folder`, never follows a symbolic link to it or below it, never waits for a pipe. None
// (errno says why): no such file, or one that lies elsewhere. `path` is relative.
[[nodiscard]] UniqueFd open_beneath(const std::filesystem::path& folder, const std::filesystem::path& path);

// The same step by step, as kernels before 5.6 want it.
[[nodiscard]] UniqueFd open_step_by_step(const std::filesystem::path& folder, const std::filesystem::path& path);

}  // namespace tarsier
