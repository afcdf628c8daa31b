// One run in the foreground: signals, progress line, summary. What `run` and `reduce` share.
#pragma once

#include <filesystem>

#include "base/json.hpp"
#include "base/result.hpp"
#include "daemon/engine.hpp"
#include "daemon/service.hpp"

namespace tarsier {

struct Recorded {
  RunSummary summary;
  Progress progress;                      // at the end
  StopRequest asked = StopRequest::none;  // by a signal
};

// Arms, records to the end, and shows how far it is on a terminal's standard error.
[[nodiscard]] Result<Recorded> record(const Json& rig, const std::filesystem::path& place, ServiceOptions options);
// The same of a reduction; where one is given, writes each Progress as it lies in memory to that descriptor instead,
// which never blocks.
[[nodiscard]] Result<Recorded> reduce(const Json& rig, const std::filesystem::path& place, Reduction reduction,
                                      int progress_descriptor = -1);

// The summary, or with `json` its facts, on standard output.
void print_summary(const Recorded& recorded, bool json);

}  // namespace tarsier
