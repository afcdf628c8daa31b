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
  Json document;  // the rig that rules: the newest generation when a run is continued or nothing is to be recorded
  bool continued = false;
  bool idle = false;  // a service whose run is over: nothing to record
};

// `rig` and `document` are what the command line gave; `service`: a rig that is the same as at the last start is no
// wish for another run. Stores the rig of a new run as a generation; its intent is the caller's to write once it is
// armed.
[[nodiscard]] Result<RunIdentity> identify_run(const RunState& state, const Rig& rig, const Json& document,
                                               bool service, std::optional<double> duration_s, const Clock& clock);

// A run that begins now with a generation that is stored already.
[[nodiscard]] Intent new_run(const Rig& rig, std::uint32_t generation, std::optional<double> duration_s,
                             const Clock& clock);

}  // namespace tarsier
