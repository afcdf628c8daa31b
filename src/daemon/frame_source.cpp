#include "daemon/frame_source.hpp"

#include <fmt/format.h>

#include "replay/replay_source.hpp"

namespace tarsier {
namespace {

class CameraSource final : public FrameSource {
 public:
  CameraSource(const ResolvedCamera& camera, Intake& intake)
      : camera_(camera.config.name, camera.config.source, camera.pipeline, camera.facts, intake) {}

  Result<void> start() override { return camera_.start(); }
  void supervise(Nanoseconds monotonic_now) override { camera_.supervise(monotonic_now); }
  Result<void> set_live(const SourceConfig& next) override { return camera_.set_live(next); }
  void stop() override { camera_.stop(); }
  bool ended() const override { return camera_.ended(); }
  CameraStatus status() const override { return camera_.status(); }

 private:
  Camera camera_;
};

class RecordingSource final : public FrameSource {
 public:
  explicit RecordingSource(std::unique_ptr<ReplaySource> source) : source_(std::move(source)) {}

  Result<void> start() override { return source_->start(); }
  void supervise(Nanoseconds) override {}
  Result<void> set_live(const SourceConfig&) override { return {}; }
  void stop() override { source_->stop(); }
  bool ended() const override { return source_->ended(); }
  CameraStatus status() const override {
    return {source_->ended() ? CameraState::ended : CameraState::running, 0, source_->error()};
  }

 private:
  std::unique_ptr<ReplaySource> source_;
};

}  // namespace

Result<std::unique_ptr<FrameSource>> make_source(const ResolvedCamera& camera, Intake& intake,
                                                 std::function<void()> at_end) {
  if (!camera.recording) return std::make_unique<CameraSource>(camera, intake);
  const ReplayInput& input = camera.recording->input;
  auto recording = open_recording(input);
  if (!recording) return unexpected(std::move(recording.error()));
  if (!((*recording)->facts() == camera.recording->facts)) {
    return failure(fmt::format("{}: has changed since it was looked at; start again", input.files.front().string()));
  }
  return std::make_unique<RecordingSource>(
      std::make_unique<ReplaySource>(camera.config.name, std::move(*recording), intake, std::move(at_end)));
}

}  // namespace tarsier
