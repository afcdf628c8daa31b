// What a run leaves behind, gathered at its end.
#pragma once

#include <span>
#include <vector>

#include "daemon/engine.hpp"
#include "daemon/rig_plan.hpp"
#include "store/recorder.hpp"

namespace tarsier {

// `status` is the last status; the summary's facts are that, with "run_folder", "files" and for each camera
// "mean_activity": [{"region": name, "value": mean activity or null}].
// `cameras` and `resolved` are in the status's order.
[[nodiscard]] RunSummary summarise(Json status, const RecordingPlace& place, const std::vector<CameraSummary>& cameras,
                                   std::span<const ResolvedCamera> resolved);

}  // namespace tarsier
