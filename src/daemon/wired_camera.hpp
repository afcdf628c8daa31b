// One camera with all that belongs to it: source, intake, chain, the channel between them, and the chain's thread.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

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
  bool one_segment = false;         // reduce: never rotates
  Wakeup* source_ended = nullptr;   // hears when a recording is over
  FrameMailbox* mailbox = nullptr;  // null: nobody looks on
};

// Made at arm; the calls come from the supervisor's thread.
class WiredCamera {
 public:
  // `index`: the camera's in the rig. `resume`: what an interrupted run left of this camera; null for a new run.
  [[nodiscard]] static Result<std::unique_ptr<WiredCamera>> create(const Wiring& wiring, const ResolvedCamera& camera,
                                                                   const CameraPlan& plan, const CameraResume* resume,
                                                                   std::size_t index);

  [[nodiscard]] CameraRecording recording(const CameraPlan& plan, std::uint32_t generation) const;
  // Of the last generation that was applied, or armed.
  [[nodiscard]] const ResolvedCamera& current() const { return current_; }
  // Whether a run that is recording can go on with `next` from one of its frames on, without memory that was not
  // reserved at arm. The error names what stands in the way by its pointer below the camera ("/slots: ..."), the bytes
  // that are needed and reserved, and the remedy.
  [[nodiscard]] Result<void> can_apply(const ResolvedCamera& next) const;
  // Only after can_apply(): from the next frame on rows belong to `generation`, and where regions, what is measured or
  // the sampling differ, a new segment begins with that frame. Parameters of the source are set now. `run` is what the
  // segments from then on say of the run, `segment_s` how long each may be. Allocates.
  void apply(ResolvedCamera next, std::uint32_t generation, std::shared_ptr<const RunFacts> run, double segment_s);
  // Before the source starts.
  void start_chain();
  // After start_chain(). Ends the source and waits until the chain has handled everything. With `drain` a replayed
  // source that waits for a slot gives up its frame.
  void stop(bool drain);

  const ResolvedCamera camera;  // as it was armed
  CameraChannel channel;
  GenerationBook<RecordedGeneration> generations;  // for the recorder
  CameraIntake intake;
  Chain chain;
  std::unique_ptr<FrameSource> source;
  // Frames a second over the last second; written by the supervisor. Relaxed: a statistic.
  std::atomic<double> rate_hz{0};
  // Supervisor only.
  std::uint64_t offered_before = 0;
  std::uint64_t restarts_before = 0;
  unsigned slow_looks = 0;

  // Any thread: the rows of RowHistory::read() with the names of their regions.
  struct Rows {
    RecentRows recent;
    std::vector<std::string> regions;
  };
  [[nodiscard]] Rows rows(std::optional<std::uint64_t> since_id, std::size_t limit) const;

  WiredCamera(const Wiring& wiring, const ResolvedCamera& resolved, const CameraPlan& plan, const CameraResume* resume,
              std::size_t index);

 private:
  void note_open_outage();
  void note_names();

  const Clock& clock_;
  const Nanoseconds started_;
  const std::uint64_t frames_per_chunk_;
  // Supervisor only.
  ResolvedCamera current_;
  std::uint32_t layout_;  // the first generation whose segments are made like the current one's
  // Guarded by the mutex: the names of regions by layout, of the last few.
  mutable std::mutex mutex_;
  std::deque<std::pair<std::uint32_t, std::vector<std::string>>> region_names_;
  NamedThread thread_;
};

}  // namespace tarsier
