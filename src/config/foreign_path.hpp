// Which files a rig from the network may name. Looks at the disk; any thread; allocates.
#pragma once

#include <filesystem>

namespace tarsier {

// Whether `path`, meant relative to `base`, is relative, holds no "..", and lies below `root` when its symbolic links
// are followed as far as they exist. Who may write in `root` may of course change that afterwards.
[[nodiscard]] bool is_below(const std::filesystem::path& path, const std::filesystem::path& base,
                            const std::filesystem::path& root);

// Whether `path` is absolute, holds no "..", and lies below /dev when its symbolic links are followed.
[[nodiscard]] bool is_device(const std::filesystem::path& path);

}  // namespace tarsier
