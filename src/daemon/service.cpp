#include "daemon/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "control/routes.hpp"
#include "control/server.hpp"
#include "daemon/deletion_sweep.hpp"
#include "daemon/kept_alive.hpp"
#include "daemon/known_sources.hpp"
#include "daemon/recovery_beside.hpp"
#include "daemon/rollback_watch.hpp"
#include "daemon/run_deletion.hpp"
#include "daemon/run_identity.hpp"
#include "daemon/service_device.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/store_setup.hpp"
#include "daemon/waiting_rotations.hpp"
#include "store/segment_deleter.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds idle_period = std::chrono::milliseconds(100);

tl::unexpected<Refusal> refuse(unsigned status, std::string detail) {
  return tl::make_unexpected(Refusal{status, std::move(detail)});
}

class RigService final : public Service, public ServiceCommands {
 public:
  RigService(std::filesystem::path place, ServiceOptions options) : place_(std::move(place)), options_(options) {}

  Result<void> open_with(const Json& document);
  Result<RunSummary> run(const std::atomic<StopRequest>& stop,
                         const std::function<void(const Progress&)>& tick) override;
  Progress progress() const override { return engine_ ? engine_->progress() : Progress{}; }

  ConfigAnswer change(const ConfigChange& change) override;
  ConfigAnswer take_back(const RollbackRequest& request) override;
  Answer<Json> start(const StartRequest& request) override;
  void stop(Done<Answer<Json>> done) override;
  void rotate(Done<Answer<Json>> done) override;
  Answer<Json> mark(const std::string& text) override;
  Answer<Json> mark_pulled(const std::string& run, const std::string& file, const std::string& sha256) override;
  Answer<Json> delete_run(const std::string& run, bool unpulled) override;

 private:
  [[nodiscard]] std::filesystem::path store() const { return store_config_.directory; }
  [[nodiscard]] Rig in_this_store(Rig rig) const;
  Result<void> serve(const ControlConfig& control);
  Result<void> arm(Intent intent, bool continued);
  Result<RunSummary> record(const std::atomic<StopRequest>& stop, const std::function<void(const Progress&)>& tick);
  void attend(const std::atomic<StopRequest>& stop);
  void look_for_frames(Nanoseconds now);
  [[nodiscard]] std::filesystem::path run_folder() const { return store() / engine_->run_name(); }
  void stay_idle(const std::atomic<StopRequest>& stop, const std::function<void(const Progress&)>& tick);
  [[nodiscard]] ConfigAnswer changed(const ConfigChange& change, bool watched);
  [[nodiscard]] Json plan_of(const Rig& rig, bool may_look, RigProblems& problems);
  void wake();
  void show_recording(Engine* engine);

  // Constant after open.
  const std::filesystem::path place_;
  const ServiceOptions options_;
  const SystemClock clock_;
  StoreConfig store_config_;  // of the start: what later generations say of it counts at the next
  std::optional<RunState> state_;
  std::optional<RigBook> book_;
  // Any thread.
  Wakeup nap_;
  std::atomic<StopRequest> stop_{StopRequest::none};  // of the run
  std::mutex wake_mutex_;                             // held while recording_ is changed or woken
  std::atomic<Engine*> recording_{nullptr};           // the one that sleeps now and can be woken
  CommandQueue queue_{[this] { wake(); }};
  // Supervisor.
  std::shared_ptr<Engine> engine_;  // the run that is recorded, or was last
  bool armed_ = false;              // engine_ is to be run
  KnownSources sources_;            // of the run that was armed last
  RollbackWatch watch_;
  std::uint32_t last_good_ = 0;  // the generation before what is watched
  WaitingRotations rotations_;
  std::vector<Done<Answer<Json>>> stops_;
  ServiceManager manager_;
  RecoveryBeside recovery_;
  std::optional<DeletionSweep> sweep_;
  // The server's thread uses the device, which uses all of the above.
  std::optional<ServiceDevice> device_;
  std::unique_ptr<Server> server_;
};

// The folder that holds the runs, however it is called now.
Rig RigService::in_this_store(Rig rig) const {
  rig.store.directory = store_config_.directory;
  rig.store.require_mount = store_config_.require_mount;
  return rig;
}

Result<void> RigService::open_with(const Json& document) {
  auto given = load_rig(document, place_, false);
  if (!given) return unexpected(std::move(given.error()));
  store_config_ = given->store;
  if (auto fine = check_store(store_config_); !fine) return fine;
  auto state = RunState::open(system_files(), store_config_.directory);
  if (!state) return unexpected(std::move(state.error()));
  state_ = std::move(*state);
  sweep_.emplace(store());
  auto identity = identify_run(*state_, *given, document, options_.lives_on, options_.duration_s, clock_);
  if (!identity) return unexpected(std::move(identity.error()));
  auto rig = load_rig(identity->document, place_, false);
  if (!rig) return unexpected(std::move(rig.error()));
  book_.emplace(*state_, clock_, place_, state_->latest_generation(), identity->document, std::move(*rig));
  device_.emplace(clock_, store(), queue_, *this);
  device_->show(&*book_);
  if (auto served = serve(given->control); !served) return served;
  if (identity->idle) return {};
  return arm(std::move(identity->intent), identity->continued);
}

Result<void> RigService::serve(const ControlConfig& control) {
  if (control.listen.empty()) return {};
  ServerSetup setup;
  setup.listen = control.listen;
  setup.token_file = control.token_file;
  setup.certificate = control.certificate_file;
  setup.private_key = control.private_key_file;
  device_->watch_board(options_.sys);
  auto server = Server::start(setup, control_routes(*device_));
  if (!server) return unexpected(std::move(server.error()).within("control"));
  server_ = std::move(*server);
  return {};
}

Result<void> RigService::arm(Intent intent, bool continued) {
  // Its memory first: there is a budget for one run.
  device_->show(std::shared_ptr<Engine>());
  engine_.reset();
  auto engine =
      Engine::arm({&*state_, std::move(intent), in_this_store(book_->rig()), continued}, place_, options_.lives_on);
  if (!engine) return unexpected(std::move(engine.error()));
  engine_ = std::move(*engine);
  sources_.remember(engine_->cameras());
  device_->show(engine_);
  armed_ = true;
  return {};
}

void RigService::wake() {
  {
    const std::lock_guard lock(wake_mutex_);
    if (Engine* engine = recording_.load()) engine->wake();
  }
  nap_.notify();
}

// Once this is done nobody wakes the engine before any more.
void RigService::show_recording(Engine* engine) {
  const std::lock_guard lock(wake_mutex_);
  recording_ = engine;
}

Result<RunSummary> RigService::run(const std::atomic<StopRequest>& stop,
                                   const std::function<void(const Progress&)>& tick) {
  std::optional<RunSummary> last;
  do {
    if (armed_) {
      auto summary = record(stop, tick);
      if (!summary) return summary;
      last = std::move(*summary);
    }
    if (options_.lives_on && stop.load() == StopRequest::none) stay_idle(stop, tick);
  } while (armed_ && stop.load() == StopRequest::none);
  if (last) return std::move(*last);
  return RunSummary{device_->present_status(), {}, {}, std::nullopt};
}

Result<RunSummary> RigService::record(const std::atomic<StopRequest>& stop,
                                      const std::function<void(const Progress&)>& tick) {
  armed_ = false;
  stop_ = StopRequest::none;
  show_recording(engine_.get());
  auto summary = engine_->run(stop_, [&](const Progress& progress) {
    attend(stop);
    tick(progress);
  });
  show_recording(nullptr);
  watch_.forget();
  rotations_.look(run_folder());
  rotations_.give_up();
  for (auto& done : std::exchange(stops_, {})) {
    if (summary && !summary->fault) {
      done(Json{{"run", engine_->run_name()}, {"state", "idle"}});
    } else {
      done(refuse(500, summary ? *summary->fault : summary.error().message));
    }
  }
  return summary;
}

// While a run is recorded, about ten times a second and whenever a client asks for something.
void RigService::attend(const std::atomic<StopRequest>& stop) {
  while (stop_.load() == StopRequest::none && queue_.step()) {
  }
  look_for_frames(clock_.monotonic());
  rotations_.look(run_folder());
  if (stop.load() != StopRequest::none) stop_ = stop.load();
  if (stop_.load() != StopRequest::none) engine_->wake();
}

void RigService::look_for_frames(Nanoseconds now) {
  const auto silent = watch_.look(engine_->deliveries(), now);
  if (!silent) return;
  log(Severity::error, fmt::format("{}: no frame has come since generation {} of the rig; generation {} is taken back",
                                   *silent, last_good_ + 1, last_good_));
  ConfigChange back;
  const auto before = book_->document_of(last_good_);
  if (!before) return;
  back.document = *before;
  back.local = true;
  back.origin = fmt::format("taken back: no frame of {} came after the change", *silent);
  const auto answer = changed(back, false);
  if (!answer.accepted) log(Severity::error, "the rig cannot be taken back: " + answer.detail);
}

// The run is over and the service goes on answering, so that its manager has no reason to start it anew.
void RigService::stay_idle(const std::atomic<StopRequest>& stop, const std::function<void(const Progress&)>& tick) {
  manager_.ready();
  manager_.status("idle: the run is over; POST /v1/runs or a changed rig begins a new one");
  recovery_.start(store_config_, "");
  while (stop.load() == StopRequest::none && !armed_) {
    const auto ticket = nap_.ticket();
    manager_.alive(clock_.monotonic());
    recovery_.look([](const AdoptedSegment&) {});
    while (!armed_ && queue_.step()) {
    }
    tick(progress());
    if (!armed_) nap_.wait(ticket, idle_period);
  }
  recovery_.stop();
}

ConfigAnswer RigService::change(const ConfigChange& change) { return changed(change, true); }

// A camera is opened only when `may_look` and nobody else has it; what it says counts as it would at the next start.
Json RigService::plan_of(const Rig& rig, bool may_look, RigProblems& problems) {
  auto cameras = sources_.resolve(rig, place_, problems);
  if (!problems.empty()) return nullptr;
  if (!cameras && may_look) {
    Result<std::vector<ResolvedCamera>> looked = std::vector<ResolvedCamera>();
    kept_alive([&] { looked = resolve_cameras(rig, place_); }, [this] { manager_.alive(clock_.monotonic()); },
               idle_period);
    if (looked) {
      cameras = std::move(*looked);
    } else {
      problems.push_back({"/cameras", looked.error().message});
    }
  }
  if (!cameras) return nullptr;
  const Rig here = in_this_store(rig);
  const Plan plan = plan_rig(here, *cameras, free_for_recording(here.store.directory, here.store));
  if (!plan.fits()) {
    problems.push_back({"/memory/budget_mib", fmt::format("the plan needs {} and the budget is {}",
                                                          to_text(plan.total()), to_text(plan.budget))});
  }
  return plan.json();
}

ConfigAnswer RigService::changed(const ConfigChange& change, bool watched) {
  const bool recording = recording_.load() != nullptr;
  ChangeContext context;
  context.recording = recording;
  context.can_apply = [this](const Rig& rig) { return engine_->can_apply(rig); };
  context.plan = [&](const Rig& rig, bool needs_arm, RigProblems& problems) {
    return recording && !needs_arm ? engine_->plan() : plan_of(rig, change.dry_run && !recording, problems);
  };
  std::optional<AcceptedChange> accepted;
  ConfigAnswer answer = book_->examine(change, context, accepted);
  if (!accepted) return answer;
  const std::uint32_t before = book_->generation();
  const auto number = book_->enter(std::move(*accepted), change.origin);
  if (!number) {
    answer.accepted = false;
    answer.detail = number.error().message;
    return answer;
  }
  answer.generation = *number;
  log(Severity::notice, fmt::format("generation {} of the rig: {}", *number, change.origin));
  if (!recording) return answer;
  engine_->apply(in_this_store(book_->rig()), *number);
  const Nanoseconds patience =
      std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(book_->rig().control.rollback_after_s));
  // A change behind one that is still watched is taken back with it.
  if (watched && patience.count() > 0 && !watch_.waiting()) {
    watch_.changed(engine_->deliveries(), clock_.monotonic(), patience);
    last_good_ = before;
  }
  return answer;
}

ConfigAnswer RigService::take_back(const RollbackRequest& request) {
  const std::uint32_t wanted = request.to.value_or(book_->generation() - 1);
  const auto document = book_->document_of(wanted);
  ConfigAnswer answer;
  answer.generation = book_->generation();
  if (!document) {
    answer.no_such_generation = true;
    answer.detail = document.error().detail;
    return answer;
  }
  ConfigChange back;
  back.document = *document;
  back.expected = request.expected;
  back.local = request.local;
  back.origin = fmt::format("rollback to generation {} from {}", wanted, request.peer);
  return change(back);
}

Answer<Json> RigService::start(const StartRequest& request) {
  if (recording_.load() != nullptr) {
    return refuse(409, fmt::format("run {} is being recorded; stop it first", engine_->run_name()));
  }
  if (!options_.lives_on) return refuse(409, "this process records one run; tarsierd records one after another");
  recovery_.stop();
  Result<void> armed;
  const auto arming = [&] {
    armed = arm(new_run(book_->rig(), book_->generation(), request.duration_s, clock_), false);
  };
  kept_alive(
      arming, [this] { manager_.alive(clock_.monotonic()); }, idle_period);
  if (!armed) {
    return refuse(armed.error().wrong_use ? 422 : 500, armed.error().message);
  }
  return Json{{"run", engine_->run_name()}, {"generation", book_->generation()}};
}

void RigService::stop(Done<Answer<Json>> done) {
  if (recording_.load() == nullptr) return done(refuse(409, "nothing is being recorded"));
  stops_.push_back(std::move(done));
  stop_ = StopRequest::end;
}

void RigService::rotate(Done<Answer<Json>> done) {
  if (recording_.load() == nullptr) return done(refuse(409, "nothing is being recorded"));
  rotations_.add(run_folder(), std::move(done));
  engine_->rotate();
}

Answer<Json> RigService::mark(const std::string& text) {
  if (recording_.load() == nullptr) return refuse(409, "nothing is being recorded");
  engine_->mark(text);
  return Json{{"run", engine_->run_name()}, {"text", text}};
}

Answer<Json> RigService::mark_pulled(const std::string& run, const std::string& file, const std::string& sha256) {
  const bool current = recording_.load() != nullptr && run == engine_->run_name();
  if (!current && !is_run(store(), run)) return refuse(404, "there is no run " + run);
  const Result<void> marked = current ? engine_->mark_pulled(file, sha256)
                                      : tarsier::mark_pulled(system_files(), store() / run, file, sha256, clock_.utc());
  if (!marked) return refuse(marked.error().wrong_use ? 409 : 500, marked.error().message);
  return Json{{"file", file}, {"pulled", true}};
}

Answer<Json> RigService::delete_run(const std::string& run, bool unpulled) {
  if (recording_.load() != nullptr && run == engine_->run_name()) {
    return refuse(409, "the run is being recorded; stop it first");
  }
  Answer<Json> answer;
  const auto deleted = [&] { answer = delete_run_folder(system_files(), store(), run, unpulled); };
  kept_alive(
      deleted, [this] { manager_.alive(clock_.monotonic()); }, idle_period);
  if (answer) sweep_->start();
  return answer;
}

}  // namespace

Result<std::unique_ptr<Service>> Service::open(const Json& document, const std::filesystem::path& place,
                                               ServiceOptions options) {
  auto service = std::make_unique<RigService>(place, options);
  if (auto opened = service->open_with(document); !opened) return unexpected(std::move(opened.error()));
  return service;
}

}  // namespace tarsier
