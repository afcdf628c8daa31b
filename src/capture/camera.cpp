#include "capture/camera.hpp"

#include <fmt/format.h>

#include <mutex>

#include "base/log.hpp"
#include "capture/parameters.hpp"
#include "capture/restart_policy.hpp"
#include "capture/stream.hpp"

namespace tarsier {
namespace {

using std::chrono::seconds;
// A stop of the whole process has 5 s in all.
constexpr Nanoseconds stop_limit = seconds(2);
// A recording whose frames stop coming while nobody makes it wait.
constexpr Nanoseconds replay_limit = seconds(30);
// How long a failed recording may take to give the frames that were decoded before.
constexpr Nanoseconds flush_limit = seconds(2);

}  // namespace

std::string_view to_text(CameraState state) {
  switch (state) {
    case CameraState::starting: return "starting";
    case CameraState::running: return "running";
    case CameraState::backoff: return "backoff";
    case CameraState::ended: return "ended";
    case CameraState::failed: break;
  }
  return "failed";
}

struct Camera::State {
  State(std::string camera, SourceConfig config, PipelineDescription description, const SourceFacts& expected,
        Intake& intake)
      : name(std::move(camera)),
        pipeline(std::move(description)),
        settings{pipeline.live, pipeline.counts_frames, expected.size, expected.format,
                 std::make_shared<FrameGate>(intake)},
        source(std::move(config)),
        policy(expected.frames_per_s) {}

  // Supervisor thread.
  Result<void> play(Nanoseconds now);
  void watch_live(Nanoseconds now);
  void watch_replay(Nanoseconds now);
  void retry(Nanoseconds now);
  void restart_later(Nanoseconds now, const std::string& reason);
  void close_stream();
  void finish(CameraState end);
  // Any thread.
  void set(CameraState state);
  void note_error(const std::string& error);
  void count_restart();
  [[nodiscard]] CameraStatus snapshot() const;

  // Constant after construction.
  const std::string name;
  const PipelineDescription pipeline;
  const StreamSettings settings;
  // Supervisor thread only.
  SourceConfig source;
  RestartPolicy policy;
  std::shared_ptr<Stream> stream;
  Nanoseconds retry_at{0};
  std::optional<Nanoseconds> failed_at;  // of a recording that still gives what it decoded
  // Under the mutex.
  mutable std::mutex mutex;
  CameraStatus status;
};

Result<void> Camera::State::play(Nanoseconds now) {
  auto built = build_pipeline(source, pipeline);
  if (!built) return unexpected(std::move(built.error()));
  stream = std::make_shared<Stream>(std::move(*built), settings, settings.gate->open(now));
  policy.started(now);
  failed_at.reset();
  set(CameraState::starting);
  if (stream->play()) return {};
  const auto fault = stream->fault();
  close_stream();
  return failure(fault.value_or("the source does not start"));
}

void Camera::State::watch_live(Nanoseconds now) {
  const Nanoseconds last = settings.gate->last_arrival();
  const StreamEnd end = stream->end();
  if (const auto fault = stream->fault()) return restart_later(now, *fault);
  if (end == StreamEnd::complete) return finish(CameraState::ended);
  if (end == StreamEnd::interrupted) return restart_later(now, "the source ended its stream");
  if (policy.stalled(now, last)) {
    return restart_later(
        now, fmt::format("no frame for {} s", std::chrono::duration_cast<seconds>(policy.stall_limit()).count()));
  }
}

void Camera::State::watch_replay(Nanoseconds now) {
  const StreamEnd end = stream->end();
  if (const auto fault = stream->fault(); fault && !failed_at) {
    failed_at = now;
    note_error(*fault);
    log(Severity::error, fmt::format("camera {}: {}", name, *fault));
  }
  if (end != StreamEnd::none) return finish(failed_at ? CameraState::failed : CameraState::ended);
  if (settings.gate->offering()) return;
  const Nanoseconds idle = now - std::max(policy.start(), settings.gate->last_arrival());
  if (failed_at && now - *failed_at > flush_limit && idle > flush_limit) return finish(CameraState::failed);
  if (idle <= replay_limit) return;
  note_error(fmt::format("gave no frame for {} s; the file is damaged or its disk hangs",
                         std::chrono::duration_cast<seconds>(replay_limit).count()));
  finish(CameraState::failed);
}

void Camera::State::retry(Nanoseconds now) {
  if (now < retry_at) return;
  if (const auto playing = play(now); !playing) return restart_later(now, playing.error().message);
  count_restart();
  log(Severity::notice, fmt::format("camera {}: restarted", name));
}

void Camera::State::restart_later(Nanoseconds now, const std::string& reason) {
  close_stream();
  const Nanoseconds wait = policy.failed(settings.gate->last_arrival());
  retry_at = now + wait;
  note_error(reason);
  set(CameraState::backoff);
  log(Severity::warning, fmt::format("camera {}: {}; trying again in {} s", name, reason,
                                     std::chrono::duration_cast<seconds>(wait).count()));
}

void Camera::State::close_stream() {
  settings.gate->close();
  if (!stream || Stream::dispose(std::exchange(stream, nullptr), stop_limit)) return;
  const std::string text = "the driver does not stop; unplug the camera or restart";
  note_error(text);
  log(Severity::error, fmt::format("camera {}: {}", name, text));
}

void Camera::State::finish(CameraState end) {
  close_stream();
  set(end);
}

void Camera::State::set(CameraState state) {
  const std::scoped_lock lock(mutex);
  status.state = state;
}

void Camera::State::note_error(const std::string& error) {
  const std::scoped_lock lock(mutex);
  status.last_error = error;
}

void Camera::State::count_restart() {
  const std::scoped_lock lock(mutex);
  ++status.restarts;
}

CameraStatus Camera::State::snapshot() const {
  const std::scoped_lock lock(mutex);
  return status;
}

std::string describe_source(const SourceConfig& source, const PipelineDescription& pipeline) {
  return pipeline_line(source, pipeline);
}

Camera::Camera(std::string name, SourceConfig source, PipelineDescription pipeline, SourceFacts expected,
               Intake& intake)
    : state_(std::make_unique<State>(std::move(name), std::move(source), std::move(pipeline), expected, intake)) {}

Camera::~Camera() { stop(); }

Result<void> Camera::start() {
  const Nanoseconds now = SystemClock().monotonic();
  auto playing = state_->play(now);
  if (playing) return {};
  if (!state_->pipeline.live || playing.error().wrong_use) {
    state_->note_error(playing.error().message);
    state_->set(CameraState::failed);
    return unexpected(std::move(playing.error()).within("camera " + state_->name));
  }
  // A camera that is away now may come back.
  state_->restart_later(now, playing.error().message);
  return {};
}

void Camera::supervise(Nanoseconds monotonic_now) {
  switch (state_->snapshot().state) {
    case CameraState::backoff: return state_->retry(monotonic_now);
    case CameraState::ended:
    case CameraState::failed: return;
    case CameraState::starting:
    case CameraState::running: break;
  }
  if (!state_->stream) return;
  if (state_->settings.gate->last_arrival() > state_->policy.start()) state_->set(CameraState::running);
  if (state_->pipeline.live) return state_->watch_live(monotonic_now);
  state_->watch_replay(monotonic_now);
}

Result<void> Camera::set_live(SourceConfig next) {
  const SourceConfig before = std::exchange(state_->source, std::move(next));
  return state_->stream ? state_->stream->set_live(before, state_->source, state_->pipeline) : Result<void>{};
}

void Camera::stop() {
  state_->close_stream();
  const auto state = state_->snapshot().state;
  if (state != CameraState::failed) state_->set(CameraState::ended);
}

bool Camera::ended() const {
  const auto state = state_->snapshot().state;
  return state == CameraState::ended || state == CameraState::failed;
}

CameraStatus Camera::status() const { return state_->snapshot(); }

}  // namespace tarsier
