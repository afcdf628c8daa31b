// What was understood of a rig, for a person and as JSON.
#pragma once

#include <span>
#include <string>

#include "base/json.hpp"
#include "config/parse.hpp"
#include "daemon/camera_look.hpp"
#include "daemon/rig_plan.hpp"

namespace tarsier {

// A line or two for each camera, then run, memory and store.
[[nodiscard]] std::string check_text(const Rig& rig, std::span<const ResolvedCamera> cameras, const Plan& plan);
// What each camera delivers, a line or two: one look for each camera, in their order.
[[nodiscard]] std::string looks_text(std::span<const ResolvedCamera> cameras, std::span<const CameraLook> looks);
[[nodiscard]] Json looks_json(std::span<const ResolvedCamera> cameras, std::span<const CameraLook> looks);
// What a person should look into before a run; empty when all is well.
[[nodiscard]] std::vector<std::string> doubts(const ResolvedCamera& camera, const CameraLook& look);
// {"ok": true, "experiment", "cameras": [...], "planned_bytes", "budget_bytes"}.
[[nodiscard]] Json check_json(const Rig& rig, std::span<const ResolvedCamera> cameras, const Plan& plan);
// {"ok": false, "problems": as problems_json() lists them}.
[[nodiscard]] Json refusal_json(const RigProblems& problems);

}  // namespace tarsier
