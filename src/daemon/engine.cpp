#include "daemon/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "daemon/rig_engine.hpp"
#include "daemon/store_setup.hpp"

namespace tarsier {

Result<void> RigEngine::arm_run(RunBeginning beginning) {
  state_files_ = beginning.state;
  intent_ = std::move(beginning.intent);
  rig_ = std::move(beginning.rig);
  continued_ = beginning.continued;
  if (auto armed = arm(); !armed) return armed;
  if (auto written = state_files_->write_intent(intent_); !written) return written;
  plan_end();
  return {};
}

Result<void> RigEngine::arm_reduction(const Json& document, Reduction reduction) {
  auto rig = load_rig(document, place_, true);
  if (!rig) return unexpected(std::move(rig.error()));
  rig_ = std::move(*rig);
  rig_.control.listen.clear();  // nobody looks on
  reduction_ = std::move(reduction);
  intent_.run = reduction_->output.stem().string();
  intent_.started_utc_ns = clock_.utc().count();
  return arm();
}

Result<void> RigEngine::arm() {
  if (auto reserved = plan_and_reserve(); !reserved) return reserved;
  if (auto wired = wire(); !wired) return wired;
  state_ = EngineState::armed;
  wired_.store(true, std::memory_order_release);  // the server's thread may look at all of it now
  return {};
}

void RigEngine::plan_end() {
  until_.reset();
  if (intent_.until_utc_ns) until_ = clock_.monotonic() + Nanoseconds(*intent_.until_utc_ns) - clock_.utc();
}

Result<void> RigEngine::plan_and_reserve() {
  auto resolved = resolve_cameras(rig_, place_, reduces() ? std::optional(reduction_->input) : std::nullopt);
  if (!resolved) return unexpected(std::move(resolved.error()));
  resolved_ = std::move(*resolved);
  const std::filesystem::path folder =
      reduces() ? std::filesystem::absolute(reduction_->output).parent_path() : rig_.store.directory;
  const Bytes free = free_for_recording(folder, rig_.store);
  plan_ = plan_rig(rig_, resolved_, free);
  if (!plan_.fits()) {
    return misuse(fmt::format("{}: /memory/budget_mib: the plan needs {} and the budget is {}\n{}", place_.string(),
                              to_text(plan_.total()), to_text(plan_.budget), plan_.table()));
  }
  const bool stores = std::any_of(resolved_.begin(), resolved_.end(),
                                  [](const auto& camera) { return camera.config.keep.frames == KeepFrames::all; });
  if (stores && !continued_) {  // one that goes on waits for room
    const Bytes reserve = mebibytes(reduces() ? reduce_reserve_mib : rig_.store.reserve_mib);
    if (auto room = check_room(free, reserve, reduces() ? reduction_->output : rig_.store.directory); !room)
      return room;
  }
  if (plan_.disk_too_small) return misuse(place_.string() + ": " + plan_.disk_shortage);
  if (!plan_.disk_shortage.empty()) log(Severity::warning, plan_.disk_shortage);
  auto arena = Arena::create(plan_.arena);
  if (!arena) return unexpected(std::move(arena.error()));
  arena_.emplace(std::move(*arena));
  return {};
}

RecordingPlace RigEngine::recording_place() const {
  RecordingPlace place;
  if (reduces()) {
    place.single_file = reduction_->output;
  } else {
    place.run_folder = rig_.store.directory / intent_.run;
  }
  return place;
}

Result<std::vector<CameraResume>> RigEngine::left_by_interrupted_run() const {
  if (!continued_) return std::vector<CameraResume>{};
  return Recorder::resume(recording_place().run_folder);
}

Result<void> RigEngine::wire() {
  const auto left = left_by_interrupted_run();
  if (!left) return unexpected(left.error());
  if (plan_.preview.count > 0) mailbox_.emplace(*arena_, plan_.preview.count);
  Wiring wiring{&*arena_,
                &utc_,
                &clock_,
                &rig_,
                intent_.generation,
                intent_.started_utc_ns,
                reduces(),
                &nap_,
                mailbox_ ? &*mailbox_ : nullptr};
  std::vector<RecordedCamera> recorded;
  RecorderOptions recorder_options = tarsier::recorder_options(rig_.store, reduces());
  for (std::size_t i = 0; i < resolved_.size(); ++i) {
    const auto mine = std::find_if(left->begin(), left->end(), [&](const CameraResume& resume) {
      return resume.camera == resolved_[i].config.name;
    });
    auto camera =
        WiredCamera::create(wiring, resolved_[i], plan_.cameras[i], mine == left->end() ? nullptr : &*mine, i);
    if (!camera) return unexpected(std::move(camera.error()));
    recorded.push_back(
        {&(*camera)->channel, (*camera)->recording(plan_.cameras[i], intent_.generation), &(*camera)->generations});
    recorder_options.backlog_chunks.push_back(plan_.cameras[i].backlog_chunks);
    cameras_.push_back(std::move(*camera));
  }
  recorder_options.clock = &clock_;
  auto recorder = Recorder::create(recording_place(), run_facts(intent_, rig_, utc_), std::move(recorded),
                                   recorder_options, *arena_);
  if (!recorder) return unexpected(std::move(recorder.error()));
  recorder_ = std::move(*recorder);
  return {};
}

Result<std::unique_ptr<Engine>> Engine::arm(RunBeginning beginning, const std::filesystem::path& place, bool service) {
  auto engine = std::make_unique<RigEngine>(place, service);
  if (auto armed = engine->arm_run(std::move(beginning)); !armed) return unexpected(std::move(armed.error()));
  return engine;
}

Result<std::unique_ptr<Engine>> Engine::arm_reduction(const Json& document, const std::filesystem::path& place,
                                                      Reduction reduction) {
  auto engine = std::make_unique<RigEngine>(place, false);
  if (auto armed = engine->arm_reduction(document, std::move(reduction)); !armed) {
    return unexpected(std::move(armed.error()));
  }
  return engine;
}

}  // namespace tarsier
