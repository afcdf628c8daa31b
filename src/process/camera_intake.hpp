// Decides in the source's thread what happens to each frame: gives it an id, samples, averages, crops, bins and
// converts it into a free slot, or refuses it and writes down why.
#pragma once

#include <atomic>
#include <optional>
#include <span>

#include "base/handover.hpp"
#include "config/rig.hpp"
#include "frame/arena.hpp"
#include "frame/camera_channel.hpp"
#include "frame/intake.hpp"
#include "frame/utc_map.hpp"
#include "kernels/convert.hpp"
#include "process/frame_ids.hpp"
#include "process/gap_log.hpp"
#include "process/sampler.hpp"

namespace tarsier {

struct IntakeOptions {
  SamplingConfig sampling;
  ConvertConfig convert;
  ImageSize source;
  double frames_per_s = 0;  // nominal; 0: unknown
  bool lossless = false;    // a full ring is waited for (replay), never a reason to drop
  bool replayed = false;    // times are the recording's own: UTC is the run's start plus the time since its first frame
  std::uint64_t first_frame_id = 0;
  std::uint32_t generation = 1;
  std::int64_t run_started_utc_ns = 0;
  const Clock* clock = nullptr;
};

// What another generation of the rig changes for the intake.
struct IntakeChange {
  std::uint32_t generation = 1;
  SamplingConfig sampling;  // with the same average
};

// Geometry of the rig's crop, bin, rotation and flip for a source of that size.
[[nodiscard]] ConvertPlan convert_plan(const ConvertConfig& convert, ImageSize source);

// Allocates at construction only. All calls but drain() come from the source's thread.
class CameraIntake final : public Intake {
 public:
  // What the constructor takes from the arena.
  [[nodiscard]] static Bytes cost(const IntakeOptions& options);
  // `channel` and `utc` outlive the intake.
  CameraIntake(Arena& arena, CameraChannel& channel, const UtcMap& utc, IntakeOptions options);

  bool offer(const SourceFrame& frame) override;
  void restarted(Nanoseconds outage) override { missed_for(outage, GapCause::restart); }
  // The same of an outage of the whole program: a restart, or a crash.
  void missed_for(Nanoseconds outage, GapCause cause);
  void finish() override;
  // Any thread: acts from the next frame on, or from the first one after a mean that is being gathered; where the
  // sampling differs, its deadlines begin with that frame. The change before is returned when none came in between.
  std::optional<IntakeChange> change(IntakeChange next) { return changes_.put(std::move(next)); }
  // Any thread: a source that waits for a free slot gives up, and further frames count as `shutdown`.
  void drain();

 private:
  void begin_generation(const IntakeChange& next, const SourceFrame& frame, std::uint64_t id);
  void count_missed(std::uint64_t samples, std::uint64_t id, std::int64_t until_ns);
  [[nodiscard]] bool fits(const FrameView& view) const;
  void refuse(Ledger::Counter& counter, GapCause cause, std::uint64_t id, Nanoseconds sensor);
  [[nodiscard]] std::optional<DueSample> wanted(const SourceFrame& frame);
  void take(const SourceFrame& frame, std::uint64_t id, std::uint32_t flags, const DueSample& due);
  [[nodiscard]] bool gather(const SourceFrame& frame);
  [[nodiscard]] bool write_pixels(const SourceFrame& frame, std::span<std::byte> pixels);
  [[nodiscard]] bool convert_pixels(const SourceFrame& frame, std::span<std::byte> pixels);
  [[nodiscard]] Slot* slot_for_frame();
  [[nodiscard]] SlotHeader header_of(const SourceFrame& frame, std::uint64_t id, std::uint32_t flags,
                                     const DueSample& due) const;
  [[nodiscard]] std::int64_t utc_of(Nanoseconds sensor) const;
  [[nodiscard]] bool averages() const { return sampling_.average > 1; }

  // Constant after construction.
  const IntakeOptions options_;
  const ConvertPlan plan_;
  CameraChannel& channel_;
  const UtcMap& utc_;
  // Source's thread only.
  FrameIds ids_;
  GapLog gaps_;
  SamplingConfig sampling_;
  Sampler sampler_;
  std::uint32_t generation_;
  std::uint64_t samples_before_ = 0;   // due by the sampling of the generation before
  std::span<std::byte> scratch_;       // of convert()
  std::span<std::byte> converted_;     // one frame of an average
  std::span<std::uint32_t> sums_;      // of an average
  std::uint32_t gathered_ = 0;         // frames in the average so far
  DueSample gathering_;                // the sample that the average is for
  Nanoseconds gathering_since_{0};     // sensor time of the average's first frame
  std::optional<Nanoseconds> origin_;  // sensor time of the first frame of all
  Nanoseconds last_sensor_{0};
  bool after_restart_ = false;
  // Any thread.
  Handover<IntakeChange> changes_;
  std::atomic<bool> draining_{false};
};

}  // namespace tarsier
