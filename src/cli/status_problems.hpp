// What is wrong with a device, out of its status, in plain words.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace tarsier {

struct StatusProblem {
  std::string text;    // names the camera, and what helps
  bool urgent = true;  // frames are being lost or will be; false: worth knowing
  bool operator==(const StatusProblem&) const = default;
};

// Of a status document, the urgent ones first; empty: nothing is wrong. `rig` says which rate was asked for; null: not
// known.
[[nodiscard]] std::vector<StatusProblem> status_problems(const Json& status, const Json& rig);

// Frames per second that the rig asks of a camera's source; 0: it doesn't say.
[[nodiscard]] double asked_rate_hz(const Json& rig, const std::string& camera);

}  // namespace tarsier
