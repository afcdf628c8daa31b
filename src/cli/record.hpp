// One run in the foreground: signals, progress line, summary. What `run` and `reduce` share.
#pragma once

#include <filesystem>

#include "base/json.hpp"
#include "base/result.hpp"
#include "daemon/engine.hpp"

namespace tarsier {

struct Recorded {
  RunSummary summary;
  Progress progress;                      // at the end
  StopRequest asked = StopRequest::none;  // by a signal
};

// Arms, records to the end, and shows how far it is on a terminal's standard error, or, where one is given, writes each
// Progress as it lies in memory to that descriptor, which never blocks.
[[nodiscard]] Result<Recorded> record(const Json& rig, const std::filesystem::path& place, EngineOptions options,
                                      int progress_descriptor = -1);

// The summary, or with `json` its facts, on standard output.
void print_summary(const Recorded& recorded, bool json);

}  // namespace tarsier
