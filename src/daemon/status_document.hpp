// The status as JSON: GET /v1/status, `tarsier status --json` and the end of `run --json`.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/json.hpp"
#include "daemon/wired_camera.hpp"
#include "frame/plan.hpp"
#include "store/recorder.hpp"

namespace tarsier {

enum class EngineState : int { idle, armed, recording, draining, faulted };
[[nodiscard]] std::string_view to_text(EngineState state);

// What the document is made from; everything it reads is safe to read from any thread.
struct StatusSources {
  EngineState state = EngineState::idle;
  std::string run;
  double uptime_s = 0;
  std::string fault;  // empty: none
  const Plan* plan = nullptr;
  std::span<const std::unique_ptr<WiredCamera>> cameras;
  const Recorder* recorder = nullptr;
  Nanoseconds monotonic_now{0};
};

[[nodiscard]] Json status_document(const StatusSources& sources);

}  // namespace tarsier
