#include "daemon/frame_grab.hpp"

#include <fmt/format.h>

#include "daemon/frame_source.hpp"
#include "frame/camera_channel.hpp"
#include "process/camera_intake.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t grab_slots = 8;
constexpr Nanoseconds look_period = std::chrono::milliseconds(100);

IntakeOptions grab_options(const ResolvedCamera& camera, const Clock& clock) {
  IntakeOptions options;
  options.convert = camera.config.convert;
  options.source = camera.facts.size;
  options.frames_per_s = camera.facts.frames_per_s;
  options.lossless = options.replayed = !camera.live();
  options.clock = &clock;
  return options;
}

// A camera with just enough behind it to look at its frames.
class Grab {
 public:
  Grab(Arena& arena, const SystemClock& clock, const ResolvedCamera& camera)
      : camera_(camera),
        clock_(clock),
        channel_(camera.config.name, arena, {grab_slots, camera.frame_bytes(), 1, 0, false}),
        intake_(arena, channel_, utc_, grab_options(camera, clock)) {}
  ~Grab() {
    intake_.drain();
    if (source_) source_->stop();
    intake_.finish();
  }

  static Bytes cost(const ResolvedCamera& camera, const SystemClock& clock) {
    return FrameRing::cost(grab_slots, camera.frame_bytes()) + RowQueue::cost(1, 0) +
           CameraIntake::cost(grab_options(camera, clock)) + kibibytes(64);
  }

  Result<void> start() {
    auto source = make_source(camera_, intake_, [] {});
    if (!source) return unexpected(std::move(source.error()));
    source_ = std::move(*source);
    return source_->start();
  }

  Result<std::uint32_t> take(std::uint32_t frames, Nanoseconds patience, const std::atomic<StopRequest>& stop,
                             const FrameVisitor& visit) {
    RingCursors& cursors = channel_.frames.cursors();
    std::uint32_t taken = 0;
    for (Nanoseconds last = clock_.monotonic(); taken < frames;) {
      if (stop.load() != StopRequest::none) return failure("stopped before its end");
      const auto ticket = cursors.filled().ticket();
      const bool ended = source_->ended();
      const Nanoseconds now = clock_.monotonic();
      if (position_ < cursors.published()) {
        const Slot& slot = channel_.frames.at(position_);
        visit(slot.header, slot.pixels);
        cursors.release(chain_reader, ++position_);
        ++taken;
        last = now;
      } else if (ended) {
        break;
      } else if (now - last > patience) {
        const std::string why = source_->status().last_error;
        return failure(fmt::format("no frame came for {} s{}{}", patience / std::chrono::seconds(1),
                                   why.empty() ? "" : ": ", why));
      } else {
        source_->supervise(now);
        cursors.filled().wait(ticket, look_period);
      }
    }
    return taken;
  }

 private:
  const ResolvedCamera& camera_;
  const SystemClock& clock_;
  UtcMap utc_;
  CameraChannel channel_;
  CameraIntake intake_;
  std::unique_ptr<FrameSource> source_;
  std::uint64_t position_ = 0;
};

}  // namespace

Result<std::uint32_t> grab_frames(const ResolvedCamera& camera, std::uint32_t frames, Nanoseconds patience,
                                  const std::atomic<StopRequest>& stop, const FrameVisitor& visit) {
  const SystemClock clock;
  auto arena = Arena::create(Grab::cost(camera, clock));
  if (!arena) return unexpected(std::move(arena.error()));
  Grab grab(*arena, clock, camera);
  if (auto started = grab.start(); !started) return unexpected(std::move(started.error()).within(camera.config.name));
  auto taken = grab.take(frames, patience, stop, visit);
  if (!taken) return unexpected(std::move(taken.error()).within(camera.config.name));
  return taken;
}

}  // namespace tarsier
