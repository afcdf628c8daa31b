// The lines that `tarsier watch` shows of one camera. Pure; any thread; allocates.
#pragma once

#include <vector>

#include "base/json.hpp"
#include "cli/activity_history.hpp"
#include "cli/styled_text.hpp"

namespace tarsier {

// Name and state, rate, last frame, what became of the frames, how full the ring is.
[[nodiscard]] std::vector<StyledLine> camera_lines(const Json& camera, bool chosen, bool unicode, std::size_t columns);
// How long a frame takes at each stage.
[[nodiscard]] std::vector<StyledLine> stage_lines(const Json& camera);
// A sparkline for each region, all of one scale, side by side where there is room.
[[nodiscard]] std::vector<StyledLine> activity_lines(const std::vector<RegionActivity>& regions, bool unicode,
                                                     std::size_t columns);

}  // namespace tarsier
