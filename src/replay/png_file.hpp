// A PNG image as a frame.
#pragma once

#include "replay/image_file.hpp"

namespace tarsier {

// Gray of up to 8 bits is gray8, of 16 gray16; colours and palettes of up to 8 bits are rgb24; transparency is left
// out. Colours of 16 bits are an error. The file is read, as a whole, when it is first asked for something.
[[nodiscard]] std::unique_ptr<ImageFile> open_png(const std::filesystem::path& path);

}  // namespace tarsier
