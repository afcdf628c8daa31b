// A TIFF file of one image or many as frames.
#pragma once

#include "base/unique_fd.hpp"
#include "replay/image_file.hpp"

namespace tarsier {

// Gray of 8 or 16 bits (black is 0, unsigned) and interleaved RGB of 8 bits, in strips or tiles, with any compression
// that libtiff undoes, in either byte order; all else is an error that says what it is. Each page is an image; where
// the chain of pages breaks off one more image is counted, which can't be read.
[[nodiscard]] Result<std::unique_ptr<ImageFile>> open_tiff(UniqueFd file);

}  // namespace tarsier
