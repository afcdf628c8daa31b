// What the sources of the last run turned out to be, so that another rig can be judged without touching a camera.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "config/parse.hpp"
#include "daemon/rig_plan.hpp"

namespace tarsier {

// One thread. Allocates.
class KnownSources {
 public:
  void remember(std::span<const ResolvedCamera> cameras) { known_.assign(cameras.begin(), cameras.end()); }

  // The rig's cameras; none when one has a source that was not looked at, or does not fit what its source delivers:
  // what is wrong is added to `problems`. Reads masks and calibration files. `place` is the rig's file.
  [[nodiscard]] std::optional<std::vector<ResolvedCamera>> resolve(const Rig& rig, const std::filesystem::path& place,
                                                                   RigProblems& problems) const;

 private:
  [[nodiscard]] const ResolvedCamera* find(const SourceConfig& source) const;

  std::vector<ResolvedCamera> known_;
};

}  // namespace tarsier
