// A look at what a camera delivers before a run: rate, brightness, noise.
#pragma once

#include <atomic>
#include <optional>

#include "base/result.hpp"
#include "daemon/engine.hpp"
#include "daemon/rig_plan.hpp"

namespace tarsier {

// The largest value that a sample of the format can have; none of 16-bit words, which may hold fewer bits than they
// have.
[[nodiscard]] std::optional<std::uint32_t> largest_sample(PixelFormat format);

// Of some frames as they would be stored, before correction.
struct CameraLook {
  std::uint32_t frames = 0;
  double frames_per_s = 0;  // measured; 0: fewer than two frames, or a recording, which comes as fast as it goes
  double mean_level = 0;    // of all pixels
  std::uint32_t brightest_level = 0;
  double saturated_share = 0;                       // of all pixels, at the largest value; 0 where nobody knows that
  double flicker_levels = 0;                        // standard deviation of the frames' means
  std::optional<double> difference_std;             // of a pixel at rest, in levels (see NoiseMeter)
  std::optional<std::uint32_t> proposed_threshold;  // for reduce.changed_threshold
};

// Looks at up to `frames` frames. Fails as grab_frames() does, and when none comes. Allocates.
[[nodiscard]] Result<CameraLook> look_at_camera(const ResolvedCamera& camera, std::uint32_t frames,
                                                const std::atomic<StopRequest>& stop);

}  // namespace tarsier
