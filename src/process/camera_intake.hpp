// Decides in the source's thread what happens to each frame: gives it an id, samples, crops, bins, converts it into a
// free slot, or refuses it and writes down why.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "config/rig.hpp"
#include "frame/arena.hpp"
#include "frame/camera_channel.hpp"
#include "frame/intake.hpp"
#include "frame/utc_map.hpp"
#include "kernels/convert.hpp"

namespace tarsier {

struct IntakeOptions {
  SamplingConfig sampling;
  ConvertConfig convert;
  ImageSize source;
  double frames_per_s = 0;        // nominal; 0: unknown
  bool lossless = false;          // a full ring is waited for (replay), never a reason to drop
  bool replayed = false;          // times are the recording's own: UTC is the run's start plus the media time
  std::uint64_t first_frame_id = 0;
  std::int64_t run_started_utc_ns = 0;
};

class CameraIntake final : public Intake {
 public:
  [[nodiscard]] static Bytes cost(const IntakeOptions& options);
  // `channel` and `utc` outlive the intake.
  CameraIntake(Arena& arena, CameraChannel& channel, const UtcMap& utc, IntakeOptions options);

  bool offer(const SourceFrame& frame) override;
  void restarted(Nanoseconds outage) override;
  void finish() override;
  // Any thread: a source that waits for a free slot gives up, and further frames are dropped as `shutdown`.
  void drain();

 private:
  // Source's thread.
  void count_id(const SourceFrame& frame);
  [[nodiscard]] bool wanted(const SourceFrame& frame);
  [[nodiscard]] bool take(const SourceFrame& frame);
  [[nodiscard]] Slot* wait_for_slot();
  void fill_header(SlotHeader& header, const SourceFrame& frame) const;
  void note_gap(GapCause cause, std::uint64_t first_id, std::uint64_t last_id, Nanoseconds sensor, bool estimated);
  void push_gap();
  [[nodiscard]] std::int64_t utc_of(Nanoseconds sensor) const;

  // Constant after construction.
  const IntakeOptions options_;
  CameraChannel& channel_;
  const UtcMap& utc_;
  std::span<std::byte> converted_;        // a frame in the making while an average is gathered
  std::span<std::uint32_t> sums_;         // of the average
  ConvertPlan plan_;
  // Source's thread only.
  std::uint64_t frame_id_ = 0;            // of the frame in hand
  std::uint64_t next_id_ = 0;
  std::optional<std::uint64_t> last_sequence_;
  std::optional<Nanoseconds> last_sensor_;
  std::optional<Nanoseconds> start_;      // sensor time of sample 0
  std::uint64_t next_sample_ = 0;
  std::uint64_t sample_ = 0;              // of the frame in hand
  std::int64_t residual_ns_ = 0;
  std::uint32_t gathered_ = 0;            // frames in the average so far
  std::uint32_t flags_ = 0;
  std::optional<Gap> open_gap_;
  // Any thread.
  std::atomic<bool> draining_{false};
};

}  // namespace tarsier
