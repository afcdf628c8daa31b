// The engine itself. Its functions stand in four files: engine.cpp arms, engine_run.cpp records to the end,
// engine_change.cpp changes what is being recorded, engine_look.cpp
// shows it.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/wakeup.hpp"
#include "daemon/clock_watch.hpp"
#include "daemon/engine.hpp"
#include "daemon/recovery_beside.hpp"
#include "daemon/rig_change.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/status_document.hpp"
#include "daemon/wired_camera.hpp"
#include "frame/arena.hpp"
#include "store/recorder.hpp"

namespace tarsier {

class RigEngine final : public Engine {
 public:
  RigEngine(std::filesystem::path place, bool service)
      : place_(std::move(place)), lives_on_(service), born_(clock_.monotonic()), watch_(clock_, utc_) {}

  Result<void> arm_run(RunBeginning beginning);
  Result<void> arm_reduction(const Json& document, Reduction reduction);
  Result<RunSummary> run(const std::atomic<StopRequest>& stop,
                         const std::function<void(const Progress&)>& tick) override;
  Json status() const override;
  void wake() override { nap_.notify(); }
  Progress progress() const override;
  const std::string& run_name() const override { return intent_.run; }
  Json plan() const override { return plan_.json(); }
  std::span<const ResolvedCamera> cameras() const override { return resolved_; }
  RowsPage rows(const std::string& camera, std::optional<std::uint64_t> since_id, std::size_t limit) const override;
  void image(const std::string& camera, std::optional<ImageKind> kind, std::shared_ptr<Engine> keeper,
             Done<Answer<FrameCopy>> done) override;
  Result<void> can_apply(const Rig& next) override;
  void apply(const Rig& next, std::uint32_t generation) override;
  void rotate() override;
  void mark(const std::string& text) override;
  Result<void> mark_pulled(const std::filesystem::path& file, const std::string& sha256) override {
    return recorder_->mark_pulled(file, sha256);
  }
  std::vector<Delivery> deliveries() const override;

 private:
  [[nodiscard]] const WiredCamera* camera_named(const std::string& name) const;
  [[nodiscard]] FrameCopy arrived_image(const WiredCamera& camera, std::optional<ImageKind> kind,
                                        std::shared_ptr<Engine> keeper);
  void give_up_question();
  [[nodiscard]] bool reduces() const { return reduction_.has_value(); }
  Result<void> arm();
  Result<void> plan_and_reserve();
  Result<void> wire();
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
  void plan_end();
  void write_intent();

  // Constant after arm.
  const std::filesystem::path place_;
  const bool lives_on_;
  const SystemClock clock_;
  const Nanoseconds born_;
  std::optional<Reduction> reduction_;
  const RunState* state_files_ = nullptr;  // null: a reduction
  bool continued_ = false;
  std::vector<ResolvedCamera> resolved_;
  Plan plan_;
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
  // Guarded by look_mutex_: who waits for an image, and since when.
  std::mutex look_mutex_;
  Done<Answer<FrameCopy>> waiting_;
  Nanoseconds waiting_since_{0};
  // Supervisor only, once it records; the run's name stays.
  Intent intent_;
  Rig rig_;
  std::optional<RigChange> next_;     // what can_apply() looked at
  std::optional<Nanoseconds> until_;  // CLOCK_MONOTONIC
  ClockWatch watch_;
  ServiceManager service_;
  RecoveryBeside recovery_;
  Nanoseconds last_look_{0};
  Wakeup nap_;
  std::string ended_badly_;  // the run's end could not be written down; empty: it was
};

}  // namespace tarsier
