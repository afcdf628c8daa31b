// A binary PGM image (P5) as a frame.
#pragma once

#include "base/unique_fd.hpp"
#include "replay/image_file.hpp"

namespace tarsier {

// Values as they are: gray8 up to a largest value of 255, gray16 (big endian in the file) up to 65535.
[[nodiscard]] Result<std::unique_ptr<ImageFile>> open_pgm(UniqueFd file);

}  // namespace tarsier
