// Where the pages of a TIFF file lie, found without libtiff: cheap, and no file of strangers can crash it.
#pragma once

#include <cstdint>
#include <vector>

namespace tarsier {

struct TiffPages {
  std::vector<std::uint64_t> directories;  // where each lies, as the chain says; at least one in a TIFF file
  bool broken_off = false;                 // the chain leads back into itself, or has more than four million pages
};

// Follows the chain of directories, of TIFF and BigTIFF in either byte order: two small reads a page. A directory that
// is not there is the last. No TIFF file: no page. Any thread; allocates.
[[nodiscard]] TiffPages find_tiff_pages(int fd);
// Whether there is a second page; reads the first directory's length and link only.
[[nodiscard]] bool has_second_tiff_page(int fd);

}  // namespace tarsier
