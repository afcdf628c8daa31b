// What a person reads at the end of a run.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/bar_chart.hpp"
#include "daemon/engine.hpp"

namespace tarsier {

// Frames and ledger of each camera, rate, peak memory against the budget, activity of the regions as bars, the files,
// and a line of Python that opens the first. `facts` is RunSummary::facts, `progress` that of the end.
[[nodiscard]] std::string summary_text(const Json& facts, const Progress& progress, const BarStyle& style);

// Why the run is not what was asked for, one sentence each: the storage's fault, cameras that failed, and recordings
// of which more than half of the frames that were wanted could not be read. Empty: it is.
[[nodiscard]] std::vector<std::string> what_went_wrong(const RunSummary& summary);

}  // namespace tarsier
