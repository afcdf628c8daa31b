// One camera with all that belongs to it: source, intake, chain, the channel between them, and the chain's thread.
#pragma once

#include <atomic>
#include <memory>

#include "base/named_thread.hpp"
#include "base/wakeup.hpp"
#include "daemon/frame_source.hpp"
#include "daemon/rig_plan.hpp"
#include "frame/camera_channel.hpp"
#include "process/camera_intake.hpp"
#include "process/chain.hpp"
#include "store/recorder.hpp"

namespace tarsier {

// What all cameras of a run share.
struct Wiring {
  Arena* arena = nullptr;
  const UtcMap* utc = nullptr;
  const Clock* clock = nullptr;
  const Rig* rig = nullptr;
  std::uint32_t generation = 1;
  std::int64_t run_started_utc_ns = 0;
  bool one_segment = false;        // reduce: never rotates
  Wakeup* source_ended = nullptr;  // hears when a recording is over
};

// Made at arm; the calls come from the supervisor's thread.
class WiredCamera {
 public:
  // `resume`: what an interrupted run left of this camera; null for a new run.
  [[nodiscard]] static Result<std::unique_ptr<WiredCamera>> create(const Wiring& wiring, const ResolvedCamera& camera,
                                                                   const CameraPlan& plan, const CameraResume* resume);

  [[nodiscard]] CameraRecording recording(const CameraPlan& plan, std::uint32_t generation) const;
  // Whether a run that is recording can go on with `next` from one of its frames on, without memory that was not reserved
  // at arm. The error names what stands in the way, with its pointer below the camera.
  [[nodiscard]] Result<void> can_apply(const ResolvedCamera& next) const;
  // Only after can_apply(): from the next frame on rows belong to `generation`. Where regions, statistics, sampling or
  // correction differ, a new segment begins with that frame; `run` is what it says of the run. Allocates.
  void apply(ResolvedCamera next, std::uint32_t generation, std::shared_ptr<const RunFacts> run);
  // Before the source starts.
  void start_chain();
  // After start_chain(). Ends the source and waits until the chain has handled everything. With `drain` a replayed
  // source that waits for a slot gives up its frame.
  void stop(bool drain);

  const ResolvedCamera camera;
  CameraChannel channel;
  CameraIntake intake;
  Chain chain;
  std::unique_ptr<FrameSource> source;
  // Frames a second over the last second; written by the supervisor. Relaxed: a statistic.
  std::atomic<double> rate_hz{0};
  // Supervisor only.
  std::uint64_t offered_before = 0;
  std::uint64_t restarts_before = 0;
  unsigned slow_looks = 0;

  WiredCamera(const Wiring& wiring, const ResolvedCamera& resolved, const CameraPlan& plan, const CameraResume* resume);

 private:
  void note_open_outage();

  const Clock& clock_;
  const Nanoseconds started_;
  NamedThread thread_;
};

}  // namespace tarsier
