// Another rig for a run that records: what may change while frames come, and how it is brought to cameras and recorder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "daemon/wired_camera.hpp"

namespace tarsier {

struct RigChange {
  Rig rig;
  std::vector<ResolvedCamera> cameras;
};

using WiredCameras = std::span<const std::unique_ptr<WiredCamera>>;

// Whether the run of `rig` can go on with `next` on `cameras`, without another arm. Changes nothing; the error names
// the first field that stands in the way. Supervisor thread.
[[nodiscard]] Result<RigChange> plan_change(const Rig& rig, WiredCameras cameras, const Rig& next,
                                            const std::filesystem::path& place);
// Each camera goes on with it from its next frame on. Supervisor thread.
void apply_change(RigChange change, WiredCameras cameras, Recorder& recorder, std::uint32_t generation,
                  std::shared_ptr<const RunFacts> run);

}  // namespace tarsier
