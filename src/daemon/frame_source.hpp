// A camera of src/capture or a recording of src/replay, as the engine sees it.
#pragma once

#include <functional>
#include <memory>

#include "capture/camera.hpp"
#include "daemon/rig_plan.hpp"
#include "frame/intake.hpp"

namespace tarsier {

// Supervisor thread, but status(): any.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  [[nodiscard]] virtual Result<void> start() = 0;
  virtual void supervise(Nanoseconds monotonic_now) = 0;
  // Camera::set_live(); a recording has nothing to set.
  [[nodiscard]] virtual Result<void> set_live(const SourceConfig& next) = 0;
  // When it returns, no offer() is running and none will come.
  virtual void stop() = 0;
  [[nodiscard]] virtual bool ended() const = 0;
  [[nodiscard]] virtual CameraStatus status() const = 0;
};

// `intake` outlives the source. `at_end` is called from any thread when a recording of src/replay is over.
[[nodiscard]] Result<std::unique_ptr<FrameSource>> make_source(const ResolvedCamera& camera, Intake& intake,
                                                               std::function<void()> at_end);

}  // namespace tarsier
