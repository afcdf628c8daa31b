// Finds the frames in an HDF5 file.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "hdf5/handle.hpp"
#include "replay/recording.hpp"

namespace tarsier {

// One dataset (N, H, W), or one dataset (H, W) a frame.
struct Hdf5Frames {
  std::string stack;                // empty: there are single ones
  std::vector<std::string> single;  // in the order of their numbers
};

// With `asked`: that dataset, or the datasets in that group. Without: /frames, /images/frames, or the numbered datasets
// in /frames, /images or the root, whatever is there first. The error says which layouts are accepted and which
// datasets the file has.
[[nodiscard]] Result<Hdf5Frames> find_frames(hid_t file, const std::string& asked);

// gray8 or gray16 of uint8 or uint16 in either byte order; other types are an error that names them.
[[nodiscard]] Result<PixelFormat> pixel_of(const DatasetHandle& dataset);

}  // namespace tarsier
