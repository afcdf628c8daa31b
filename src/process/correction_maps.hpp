// The quantised maps of a camera's correction that are known at arm: dark frame and flat field.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "config/rig.hpp"
#include "frame/mean_image.hpp"
#include "kernels/correct.hpp"

namespace tarsier {

// Of type Subtrahend<Pixel> and Factor<Pixel>, as long as the frame; empty: none.
struct CorrectionMaps {
  std::vector<std::byte> subtrahend;
  std::vector<std::byte> factor;
};

// `dark` and `flat` are what the files of `correct` hold, null where it names none; both have the stored frame's size.
// The flat field is D = (flat - dark) / mean(flat - dark). Errors name the key below "correct": a flat field that is
// dark everywhere, or whose pixels would be brightened 8 times or more.
[[nodiscard]] Result<CorrectionMaps> correction_maps(const CorrectConfig& correct, StoredPixel pixel,
                                                     const MeanImage* dark, const MeanImage* flat);

}  // namespace tarsier
