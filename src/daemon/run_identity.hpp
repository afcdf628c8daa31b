// Decides at arm which run a start belongs to: a new one, or the interrupted one that state/ tells of.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "config/rig.hpp"
#include "daemon/run_state.hpp"

namespace tarsier {

struct RunIdentity {
  Intent intent;
  Json document;  // the rig that rules: the run's own generation when it is continued
  bool continued = false;
  bool idle = false;  // a service whose run is over: nothing to record
};

// `rig` and `document` are what the command line gave; `service` as in EngineOptions. Stores the rig of a new run
// as a generation; its intent is the caller's to write once it is armed.
[[nodiscard]] Result<RunIdentity> identify_run(const RunState& state, const Rig& rig, const Json& document,
                                               bool service, std::optional<double> duration_s, const Clock& clock);

}  // namespace tarsier
