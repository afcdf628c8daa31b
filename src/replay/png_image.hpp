// Reading of PNG images that a rig names: masks of regions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "frame/frame_view.hpp"

namespace tarsier {

// Pixels of a gray PNG of up to 8 bits, one byte each, lines without padding, expected.pixels() in all; fewer bits are
// spread over 0 to 255, so 0 stays 0 and all else does not become 0. Values are taken as they are: gamma and colour
// profiles act on nothing. A file that is no PNG, is damaged, has colour, transparency or 16 bits, or another size
// than `expected` is an error that says so. Fits MaskReader of config/parse.hpp. Any thread; allocates.
[[nodiscard]] Result<std::vector<std::uint8_t>> read_gray_png(const std::filesystem::path& path, ImageSize expected);

}  // namespace tarsier
