// One camera: a GStreamer pipeline that gives its frames to an Intake, and that is rebuilt when it fails.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "config/pipeline.hpp"
#include "config/rig.hpp"
#include "frame/intake.hpp"

namespace tarsier {

// What a source turns out to deliver.
struct SourceFacts {
  ImageSize size;
  PixelFormat format = PixelFormat::gray8;
  double frames_per_s = 0;              // 0: unknown or varying
  std::optional<std::uint64_t> frames;  // of a recording, estimated from its duration
  LumaRange luma_range = LumaRange::unknown;
  std::string pipeline_line;  // secrets redacted
};

enum class CameraState : std::uint8_t { starting, running, backoff, ended, failed };
[[nodiscard]] std::string_view to_text(CameraState state);

struct CameraStatus {
  CameraState state = CameraState::starting;
  std::uint64_t restarts = 0;
  std::string last_error;  // empty: none
};

// Initialises GStreamer once for the process, and bounds what it keeps. Call before anything else of capture.
[[nodiscard]] Result<void> initialise_gstreamer();
[[nodiscard]] std::string gstreamer_version();

// Starts the source far enough to learn its facts, then stops it. For a parameter that is a mistake, an element that
// is not installed (names the Debian package), a file without video: an error that says so.
[[nodiscard]] Result<SourceFacts> probe_source(const SourceConfig& source, const PipelineDescription& pipeline);

// What recordings say of the source: the launch line and its parameters, without secrets.
[[nodiscard]] std::string describe_source(const SourceConfig& source, const PipelineDescription& pipeline);

class Camera {
 public:
  // `intake` outlives the camera. Builds nothing yet.
  Camera(std::string name, SourceConfig source, PipelineDescription pipeline, SourceFacts expected, Intake& intake);
  ~Camera();
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;

  // Builds the pipeline and plays it. A source whose frames have another size or format than `expected` fails.
  [[nodiscard]] Result<void> start();
  // Supervisor thread, about ten times a second: looks at the bus and at the age of the last frame; on an error or a
  // stall of a live source tears the pipeline down and rebuilds it after 1, 2, 4 .. 30 s.
  void supervise(Nanoseconds monotonic_now);
  // Supervisor thread: sets the parameters that can be set while frames come, now and whenever the pipeline is rebuilt;
  // `next` differs from the source in no others. The error names the parameter that the element refuses.
  [[nodiscard]] Result<void> set_live(SourceConfig next);
  // Stops the pipeline; when it returns, no offer() is running and none will come. Waits for an offer that waits for
  // room, so drain the intake first. Does not call finish().
  void stop();
  // True when the source has ended by itself (end of a file) or failed for good.
  [[nodiscard]] bool ended() const;
  [[nodiscard]] CameraStatus status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tarsier
