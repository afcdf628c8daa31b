// Dark frames and flat fields as files: what `tarsier calibrate` writes and a rig's `correct` names.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "frame/mean_image.hpp"
#include "frame/pixel_format.hpp"

namespace tarsier {

struct CalibrationFacts {
  std::string kind;  // "dark", "flat"
  std::string camera;
  std::string source;    // the pipeline's line
  std::string recorded;  // UTC
};

// Writes `image` as HDF5: /sum (1,H,W) uint32 and the attribute `frames`, which are exact, and /frames (1,H,W), their
// mean rounded half up in the pixels of the camera, so that any viewer shows it. Never overwrites; on failure nothing
// is left behind.
[[nodiscard]] Result<void> write_calibration(const std::filesystem::path& path, const MeanImage& image,
                                             StoredPixel pixel, const CalibrationFacts& facts);

// The mean image of a file: of what write_calibration() made its exact sums; of any other recording
// or gray image the mean of its frames (at most most_mean_frames). An error names the file and the remedy: what it
// holds has not the size `expected` or not the pixels of the camera. Trusts no file: each is looked at in a child
// process first.
[[nodiscard]] Result<MeanImage> read_mean_image(const std::filesystem::path& path, ImageSize expected,
                                                StoredPixel pixel);

}  // namespace tarsier
