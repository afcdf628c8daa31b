#include "daemon/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "control/routes.hpp"
#include "control/server.hpp"
#include "daemon/camera_watch.hpp"
#include "daemon/clock_watch.hpp"
#include "daemon/kept_alive.hpp"
#include "daemon/recovery_beside.hpp"
#include "daemon/rig_change.hpp"
#include "daemon/run_identity.hpp"
#include "daemon/run_progress.hpp"
#include "daemon/run_summary.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/status_device.hpp"
#include "daemon/status_document.hpp"
#include "daemon/store_setup.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds supervisor_period = std::chrono::milliseconds(100);
// How long the end waits for the checksums of sealed files: a stop has 5 s in all, a run that ended by itself has time.
constexpr Nanoseconds hashing_in_haste = std::chrono::seconds(2);
constexpr Nanoseconds hashing_at_leisure = std::chrono::hours(1);

class RigEngine final : public Engine {
 public:
  RigEngine(std::filesystem::path place, EngineOptions options)
      : place_(std::move(place)), options_(std::move(options)), born_(clock_.monotonic()), watch_(clock_, utc_) {}

  Result<void> arm_with(const Json& document);
  Result<RunSummary> run(const std::atomic<StopRequest>& stop,
                         const std::function<void(const Progress&)>& tick) override;
  Result<void> change(const Json& document, std::uint32_t generation, bool dry_run) override;
  Json status() const override;
  Progress progress() const override;

 private:
  [[nodiscard]] bool reduces() const { return options_.output.has_value(); }
  Result<void> identify(const Json& document);
  Result<void> plan_and_reserve();
  Result<void> wire();
  Result<void> serve(const std::string& listen);
  [[nodiscard]] RecordingPlace recording_place() const;
  Result<std::vector<CameraResume>> left_by_interrupted_run() const;
  Result<void> start();
  StopRequest supervise(const std::atomic<StopRequest>& stop, const std::function<void(const Progress&)>& tick);
  void look_after(Nanoseconds now);
  void note_clock_step(Nanoseconds step);
  void move_plan(Nanoseconds step);
  void while_alive(const std::function<void()>& job);
  [[nodiscard]] bool over(Nanoseconds now) const;
  Result<std::vector<CameraSummary>> close(bool by_itself, StopRequest reason);
  Result<RunSummary> finish(StopRequest reason);
  void stay_idle(const std::atomic<StopRequest>& stop, const std::function<void(const Progress&)>& tick);
  void wait(Nanoseconds limit) { nap_.wait(nap_.ticket(), limit); }

  // Constant after arm.
  const std::filesystem::path place_;
  const EngineOptions options_;
  const SystemClock clock_;
  const Nanoseconds born_;
  std::optional<RunState> state_files_;
  RunIdentity identity_;
  Rig rig_;
  std::vector<ResolvedCamera> resolved_;
  Plan plan_;
  std::optional<Nanoseconds> until_;  // CLOCK_MONOTONIC
  // Shared, each safe from any thread.
  UtcMap utc_;
  std::atomic<EngineState> state_{EngineState::idle};
  std::atomic<bool> wired_{false};
  std::atomic<std::int64_t> started_ns_{0};
  std::atomic<std::int64_t> ended_ns_{0};
  // In order of their making: each stands on those before it.
  std::optional<Arena> arena_;
  std::optional<FrameMailbox> mailbox_;
  std::vector<std::unique_ptr<WiredCamera>> cameras_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<DeviceApi> device_;
  std::unique_ptr<Server> server_;
  // Supervisor only.
  std::optional<Rig> changed_;  // what the run goes on with; none: rig_
  ClockWatch watch_;
  ServiceManager service_;
  RecoveryBeside recovery_;
  Nanoseconds last_look_{0};
  Wakeup nap_;
  std::string ended_badly_;  // the run's end could not be written down; empty: it was
};

Result<void> RigEngine::arm_with(const Json& document) {
  if (auto identified = identify(document); !identified) return identified;
  if (auto served = serve(rig_.control.listen); !served) return served;
  if (identity_.idle) return {};
  if (auto reserved = plan_and_reserve(); !reserved) return reserved;
  if (auto wired = wire(); !wired) return wired;
  if (state_files_) {
    if (auto written = state_files_->write_intent(identity_.intent); !written) return written;
  }
  if (identity_.intent.until_utc_ns) {
    until_ = clock_.monotonic() + Nanoseconds(*identity_.intent.until_utc_ns) - clock_.utc();
  }
  state_ = EngineState::armed;
  wired_.store(true, std::memory_order_release);  // the server's thread may look at all of it now
  return {};
}

Result<void> RigEngine::identify(const Json& document) {
  auto rig = load_rig(document, place_, reduces());
  if (!rig) return unexpected(std::move(rig.error()));
  rig_ = std::move(*rig);
  if (reduces()) {
    identity_.intent.run = options_.output->stem().string();
    identity_.intent.started_utc_ns = clock_.utc().count();
    return {};
  }
  if (auto fine = check_store(rig_.store); !fine) return fine;
  auto state_files = RunState::open(system_files(), rig_.store.directory);
  if (!state_files) return unexpected(std::move(state_files.error()));
  state_files_ = std::move(*state_files);
  const StoreConfig given = rig_.store;
  auto identity = identify_run(*state_files_, rig_, document, options_.service, options_.duration_s, clock_);
  if (!identity) return unexpected(std::move(identity.error()));
  identity_ = std::move(*identity);
  if (!identity_.continued) return {};
  auto stored = load_rig(identity_.document, place_, false);
  if (!stored) return unexpected(std::move(stored.error()));
  rig_ = std::move(*stored);
  rig_.store.directory = given.directory;  // the folder that holds the run, however it is called now
  rig_.store.require_mount = given.require_mount;
  return {};
}

Result<void> RigEngine::plan_and_reserve() {
  auto resolved = resolve_cameras(rig_, place_, options_.input);
  if (!resolved) return unexpected(std::move(resolved.error()));
  resolved_ = std::move(*resolved);
  const std::filesystem::path folder =
      reduces() ? std::filesystem::absolute(*options_.output).parent_path() : rig_.store.directory;
  const Bytes free = free_for_recording(folder, rig_.store);
  plan_ = plan_rig(rig_, resolved_, free);
  if (auto fine = check_plan(plan_, place_); !fine) return fine;
  const bool stores = std::any_of(resolved_.begin(), resolved_.end(),
                                  [](const auto& camera) { return camera.config.keep.frames == KeepFrames::all; });
  if (stores && !identity_.continued) {  // one that goes on waits for room
    const Bytes reserve = mebibytes(reduces() ? reduce_reserve_mib : rig_.store.reserve_mib);
    if (auto room = check_room(free, reserve, reduces() ? *options_.output : rig_.store.directory); !room) return room;
  }
  if (!plan_.disk_shortage.empty()) log(Severity::warning, plan_.disk_shortage);
  auto arena = Arena::create(plan_.arena);
  if (!arena) return unexpected(std::move(arena.error()));
  arena_.emplace(std::move(*arena));
  return {};
}

RecordingPlace RigEngine::recording_place() const {
  if (reduces()) return {{}, *options_.output};
  return {rig_.store.directory / identity_.intent.run, {}};
}

Result<std::vector<CameraResume>> RigEngine::left_by_interrupted_run() const {
  if (!identity_.continued) return std::vector<CameraResume>{};
  return Recorder::resume(recording_place().run_folder);
}

Result<void> RigEngine::wire() {
  const auto left = left_by_interrupted_run();
  if (!left) return unexpected(left.error());
  if (plan_.preview.count > 0) mailbox_.emplace(*arena_, plan_.preview.count);
  Wiring wiring{&*arena_,  &utc_, &clock_, &rig_, identity_.intent.generation, identity_.intent.started_utc_ns,
                reduces(), &nap_};
  if (mailbox_) wiring.mailbox = &*mailbox_;
  std::vector<RecordedCamera> recorded;
  RecorderOptions recorder_options = tarsier::recorder_options(rig_.store, reduces());
  for (std::size_t i = 0; i < resolved_.size(); ++i) {
    auto camera = WiredCamera::create(wiring, resolved_[i], plan_.cameras[i], *left, i);
    if (!camera) return unexpected(std::move(camera.error()));
    recorded.push_back({&(*camera)->channel, (*camera)->recording(plan_.cameras[i], identity_.intent.generation),
                        &(*camera)->generations});
    recorder_options.backlog_chunks.push_back(plan_.cameras[i].backlog_chunks);
    cameras_.push_back(std::move(*camera));
  }
  recorder_options.clock = &clock_;
  auto recorder = Recorder::create(recording_place(), run_facts(identity_.intent, rig_, utc_), std::move(recorded),
                                   recorder_options, *arena_);
  if (!recorder) return unexpected(std::move(recorder.error()));
  recorder_ = std::move(*recorder);
  return {};
}

Result<void> RigEngine::serve(const std::string& listen) {
  if (listen.empty() || !options_.serve || reduces()) return {};
  device_ = status_device([this] { return status(); });
  auto server = Server::start({.listen = listen}, control_routes(*device_));
  if (!server) return unexpected(std::move(server.error()).within("control.listen"));
  server_ = std::move(*server);
  return {};
}

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
  service_.status(fmt::format("recording {}", identity_.intent.run));
  if (state_files_) recovery_.look_after(*recorder_, rig_.store, identity_.intent.run, last_look_);
  return {};
}

Result<RunSummary> RigEngine::run(const std::atomic<StopRequest>& stop,
                                  const std::function<void(const Progress&)>& tick) {
  if (identity_.idle) {
    service_.ready();
    stay_idle(stop, tick);
    return RunSummary{status(), {}, {}, std::nullopt};
  }
  if (auto started = start(); !started) {
    const auto sealed = finish(StopRequest::terminate);
    (void)sealed;  // the first error is the one to tell
    return unexpected(std::move(started.error()));
  }
  auto summary = finish(supervise(stop, tick));
  if (summary && options_.service && stop.load() == StopRequest::none) stay_idle(stop, tick);
  return summary;
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

Result<void> RigEngine::change(const Json& document, std::uint32_t generation, bool dry_run) {
  auto change = plan_change(changed_ ? *changed_ : rig_, cameras_, document, place_);
  if (!change) return unexpected(std::move(change.error()));
  if (dry_run) return {};
  changed_ = change->rig;
  auto run = std::make_shared<const RunFacts>(run_facts(identity_.intent, change->rig, utc_));
  apply_change(std::move(*change), cameras_, *recorder_, generation, std::move(run));
  return {};
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
  if (state_files_) recovery_.look_after(*recorder_, rig_.store, identity_.intent.run, now);
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
  Intent& intent = identity_.intent;
  intent.started_utc_ns += step.count();
  if (intent.until_utc_ns) *intent.until_utc_ns += step.count();
  if (!state_files_) return;
  while_alive([&] {
    if (auto written = state_files_->write_intent(intent); !written) log(Severity::error, written.error().message);
  });
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
    identity_.intent.over = true;
    if (auto stored = state_files_->write_intent(identity_.intent); !stored) ended_badly_ = stored.error().message;
  }
  return written;
}

Result<RunSummary> RigEngine::finish(StopRequest reason) {
  state_ = EngineState::draining;
  if (!options_.service || reason == StopRequest::terminate) service_.stopping();
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

// The run is over and the service goes on answering, so that its manager has no reason to start it anew.
void RigEngine::stay_idle(const std::atomic<StopRequest>& stop, const std::function<void(const Progress&)>& tick) {
  service_.status("idle: the run is over; a changed rig begins a new one at the next start");
  if (state_files_) recovery_.start(rig_.store, "");
  while (stop.load() == StopRequest::none) {
    service_.alive(clock_.monotonic());
    recovery_.look([](const AdoptedSegment&) {});
    tick(progress());
    wait(supervisor_period);
  }
}

Json RigEngine::status() const {
  StatusSources sources;
  sources.state = state_.load();
  sources.monotonic_now = clock_.monotonic();
  sources.uptime_s = std::chrono::duration<double>(sources.monotonic_now - born_).count();
  // Acquire: whoever sees the flag sees everything that arm made. Until then only the above is told.
  if (!wired_.load(std::memory_order_acquire)) return status_document(sources);
  sources.run = identity_.intent.run;
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

}  // namespace

Result<std::unique_ptr<Engine>> Engine::arm(const Json& document, const std::filesystem::path& place,
                                            EngineOptions options) {
  auto engine = std::make_unique<RigEngine>(place, std::move(options));
  if (auto armed = engine->arm_with(document); !armed) return unexpected(std::move(armed.error()));
  return engine;
}

}  // namespace tarsier
