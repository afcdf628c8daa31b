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

// Of a status document, the urgent ones first; empty: nothing is wrong.
[[nodiscard]] std::vector<StatusProblem> status_problems(const Json& status);

}  // namespace tarsier
