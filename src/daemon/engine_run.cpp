#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "daemon/camera_watch.hpp"
#include "daemon/kept_alive.hpp"
#include "daemon/rig_engine.hpp"
#include "daemon/run_progress.hpp"
#include "daemon/run_summary.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds supervisor_period = std::chrono::milliseconds(100);
// How long the end waits for the checksums of sealed files: a stop has 5 s in all, a run that ended by itself has time.
constexpr Nanoseconds hashing_in_haste = std::chrono::seconds(2);
constexpr Nanoseconds hashing_at_leisure = std::chrono::hours(1);

}  // namespace

Result<void> RigEngine::start() {
  recorder_->start();
  last_look_ = clock_.monotonic();
  started_ns_ = last_look_.count();
  state_ = EngineState::recording;
  for (const auto& camera : cameras_) camera->start_chain();
  for (const auto& camera : cameras_) {
    if (auto started = camera->source->start(); !started) {
      return unexpected(std::move(started.error()).within(camera->channel.name));
    }
  }
  service_.ready();
  service_.status(fmt::format("recording {}", intent_.run));
  if (state_files_) recovery_.look_after(*recorder_, rig_.store, intent_.run, last_look_);
  return {};
}

Result<RunSummary> RigEngine::run(const std::atomic<StopRequest>& stop,
                                  const std::function<void(const Progress&)>& tick) {
  if (auto started = start(); !started) {
    const auto sealed = finish(StopRequest::terminate);
    (void)sealed;  // the first error is the one to tell
    return unexpected(std::move(started.error()));
  }
  return finish(supervise(stop, tick));
}

StopRequest RigEngine::supervise(const std::atomic<StopRequest>& stop,
                                 const std::function<void(const Progress&)>& tick) {
  for (;;) {
    const auto ticket = nap_.ticket();
    const StopRequest asked = stop.load();
    if (asked != StopRequest::none) return asked;
    const Nanoseconds now = clock_.monotonic();
    if (!recorder_->fault().empty()) return StopRequest::terminate;
    if (over(now)) return StopRequest::end;
    look_after(now);
    tick(progress());
    nap_.wait(ticket, until_ ? std::min(supervisor_period, *until_ - now) : supervisor_period);
  }
}

void RigEngine::look_after(Nanoseconds now) {
  for (const auto& camera : cameras_) camera->source->supervise(now);
  service_.alive(now);
  recorder_->report_blocked();
  if (now - last_look_ < std::chrono::seconds(1)) return;
  const double seconds = std::chrono::duration<double>(now - std::exchange(last_look_, now)).count();
  for (const auto& camera : cameras_) {
    measure_rate(*camera, seconds);
    note_restarts(*camera, clock_);
  }
  if (state_files_) recovery_.look_after(*recorder_, rig_.store, intent_.run, now);
  const bool was_synchronised = utc_.synchronised();
  const auto step = watch_.look(clock_quality());
  if (!step) return;
  note_clock_step(*step);
  if (!was_synchronised) move_plan(*step);
}

void RigEngine::note_clock_step(Nanoseconds step) {
  const double seconds = std::chrono::duration<double>(step).count();
  for (const auto& camera : cameras_) push_event(*camera, clock_, EventKind::clock_step, seconds);
  log(Severity::notice, fmt::format("UTC stepped by {:.3f} s", seconds));
}

// A clock that nobody had set was wrong from the start: the planned end moves with it, or the next start would take the
// run for over.
void RigEngine::move_plan(Nanoseconds step) {
  intent_.started_utc_ns += step.count();
  if (intent_.until_utc_ns) *intent_.until_utc_ns += step.count();
  write_intent();
}

void RigEngine::while_alive(const std::function<void()>& job) {
  const auto tick = [this] {
    service_.alive(clock_.monotonic());
    recorder_->report_blocked();
  };
  kept_alive(job, tick, supervisor_period);
}

bool RigEngine::over(Nanoseconds now) const {
  if (until_ && now >= *until_) return true;
  return std::all_of(cameras_.begin(), cameras_.end(), [](const auto& camera) { return camera->source->ended(); });
}

Result<std::vector<CameraSummary>> RigEngine::close(bool by_itself, StopRequest reason) {
  for (const auto& camera : cameras_) camera->stop(!by_itself);
  ended_ns_ = clock_.monotonic().count();
  auto written = recorder_->finish(by_itself ? hashing_at_leisure : hashing_in_haste);
  // A recording has no later: replayed from its beginning it would be recorded twice.
  const bool replayed =
      std::none_of(resolved_.begin(), resolved_.end(), [](const auto& camera) { return camera.live(); });
  if (state_files_ && (reason == StopRequest::end || replayed)) {
    intent_.over = true;
    if (auto stored = state_files_->write_intent(intent_); !stored) ended_badly_ = stored.error().message;
  }
  return written;
}

Result<RunSummary> RigEngine::finish(StopRequest reason) {
  state_ = EngineState::draining;
  if (!lives_on_ || reason == StopRequest::terminate) service_.stopping();
  const bool by_itself =
      std::all_of(cameras_.begin(), cameras_.end(), [](const auto& camera) { return camera->source->ended(); });
  recovery_.look([this](AdoptedSegment segment) { recorder_->adopt(std::move(segment)); });
  recovery_.kill();
  recorder_->want_room(Bytes{});
  recorder_->stopping();
  Result<std::vector<CameraSummary>> written;
  while_alive([&] {
    written = close(by_itself, reason);
    recovery_.stop();  // it may hang in the disk: not before everything is sealed
  });
  if (!written) {
    state_ = EngineState::faulted;
    return unexpected(std::move(written.error()));
  }
  const std::string fault = recorder_->fault().empty() ? ended_badly_ : recorder_->fault();
  state_ = fault.empty() ? EngineState::idle : EngineState::faulted;
  RunSummary summary = summarise(status(), recording_place(), *written, resolved_);
  if (!fault.empty()) summary.fault = fault;
  return summary;
}

Json RigEngine::status() const {
  StatusSources sources;
  sources.state = state_.load();
  sources.monotonic_now = clock_.monotonic();
  sources.uptime_s = std::chrono::duration<double>(sources.monotonic_now - born_).count();
  // Acquire: whoever sees the flag sees everything that arm made. Until then only the above is told.
  if (!wired_.load(std::memory_order_acquire)) return status_document(sources);
  sources.run = intent_.run;
  sources.fault = recorder_->fault();
  sources.plan = &plan_;
  sources.cameras = cameras_;
  sources.recorder = recorder_.get();
  return status_document(sources);
}

Progress RigEngine::progress() const {
  Progress progress;
  const std::int64_t started = started_ns_.load();
  if (started == 0) return progress;
  const std::int64_t ended = ended_ns_.load();
  progress.elapsed_s = static_cast<double>((ended == 0 ? clock_.monotonic().count() : ended) - started) / 1e9;
  if (until_) progress.duration_s = static_cast<double>(until_->count() - started) / 1e9;
  count_frames(cameras_, progress);
  return progress;
}

}  // namespace tarsier
