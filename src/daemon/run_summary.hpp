// What a run leaves behind, gathered at its end.
#pragma once

#include <string>
#include <vector>

#include "daemon/engine.hpp"
#include "store/recorder.hpp"

namespace tarsier {

// `status` is the last status; the summary's facts are that, with "run_folder", "files" and for each camera
// "mean_activity": [{"region": name, "value": mean activity or null}].
// Cameras are in the status's order, `region_names` holds a list for each.
[[nodiscard]] RunSummary summarise(Json status, const RecordingPlace& place, const std::vector<CameraSummary>& cameras,
                                   const std::vector<std::vector<std::string>>& region_names);

}  // namespace tarsier
