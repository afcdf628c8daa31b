#include "daemon/wired_camera.hpp"

#include <algorithm>
#include <chrono>

namespace tarsier {
namespace {

ChannelShape channel_shape(const ResolvedCamera& camera, const CameraPlan& plan) {
  return {camera.config.slots, camera.frame_bytes(), plan.row_entries, camera.regions.size(),
          camera.config.keep.frames == KeepFrames::all};
}

IntakeOptions intake_options(const Wiring& wiring, const ResolvedCamera& camera, const CameraResume* resume) {
  IntakeOptions options;
  options.sampling = camera.config.sampling;
  options.convert = camera.config.convert;
  options.source = camera.facts.size;
  options.frames_per_s = camera.facts.frames_per_s;
  options.lossless = options.replayed = !camera.live();
  options.first_frame_id = resume != nullptr ? resume->next_frame_id : 0;
  options.run_started_utc_ns = wiring.run_started_utc_ns;
  options.clock = wiring.clock;
  return options;
}

ChainOptions chain_options(const Wiring& wiring, const ResolvedCamera& camera, const CameraResume* resume) {
  ChainOptions options;
  options.size = camera.stored;
  options.pixel = camera.config.convert.pixel;
  options.correct = camera.config.correct;
  options.reduce = camera.config.reduce;
  options.threads = camera.config.threads;
  options.maps = camera.maps;
  options.sample_interval_s = camera.config.sampling.interval_s;
  options.on_missing = camera.config.sampling.on_missing;
  options.nominal_interval_s = camera.nominal_interval_s;
  options.live = camera.live();
  options.frames_kept = camera.config.keep.frames == KeepFrames::all;
  options.segment_duration = std::chrono::duration_cast<Nanoseconds>(
      std::chrono::duration<double>(wiring.one_segment ? 3.0e9 : wiring.rig->store.segment_s));
  options.first_segment = resume != nullptr ? resume->next_segment : 1;
  options.generation = wiring.generation;
  options.clock = wiring.clock;
  return options;
}

}  // namespace

WiredCamera::WiredCamera(const Wiring& wiring, const ResolvedCamera& resolved, const CameraPlan& plan,
                         const CameraResume* resume)
    : camera(resolved),
      channel(camera.config.name, *wiring.arena, channel_shape(camera, plan)),
      intake(*wiring.arena, channel, *wiring.utc, intake_options(wiring, camera, resume)),
      chain(*wiring.arena, channel, camera.regions, chain_options(wiring, camera, resume)),
      clock_(*wiring.clock),
      started_(clock_.monotonic()) {}

Result<std::unique_ptr<WiredCamera>> WiredCamera::create(const Wiring& wiring, const ResolvedCamera& camera,
                                                         const CameraPlan& plan, const CameraResume* resume) {
  auto wired = std::make_unique<WiredCamera>(wiring, camera, plan, resume);
  if (resume != nullptr) wired->channel.ledger.restore(resume->counts);
  if (resume != nullptr && camera.live()) {
    const std::int64_t away = resume->last_utc_ns > 0 ? wiring.clock->utc().count() - resume->last_utc_ns : 0;
    wired->intake.missed_for(Nanoseconds(std::max<std::int64_t>(away, 0)),
                             resume->crashed ? GapCause::crash : GapCause::restart);
  }
  auto source = make_source(wired->camera, wired->intake, [ended = wiring.source_ended] { ended->notify(); });
  if (!source) return unexpected(std::move(source.error()).within(camera.config.name));
  wired->source = std::move(*source);
  return wired;
}

CameraRecording WiredCamera::recording(const CameraPlan& plan, std::uint32_t generation) const {
  CameraRecording facts;
  facts.camera = camera.config.name;
  facts.size = camera.stored;
  facts.pixel = camera.config.convert.pixel;
  facts.frames_kept = camera.config.keep.frames == KeepFrames::all;
  facts.frames_per_chunk = plan.frames_per_chunk;
  facts.sample_interval_s = camera.config.sampling.interval_s;
  facts.nominal_interval_s = camera.nominal_interval_s;
  facts.on_missing = camera.config.sampling.on_missing;
  facts.regions = camera.regions;
  facts.changed_threshold = camera.config.reduce.changed_threshold;
  facts.images = images_of(camera.config.correct, camera.config.reduce);
  facts.luma_range = camera.facts.luma_range;
  facts.source_format = to_text(camera.facts.format);
  facts.pipeline_line = camera.facts.pipeline_line;
  facts.generation = generation;
  facts.live = camera.live();
  return facts;
}

Result<void> WiredCamera::can_apply(const ResolvedCamera& next) const {
  return misuse("/cameras: " + next.config.name + ": stop the run and start it anew");
}

void WiredCamera::apply(ResolvedCamera /*next*/, std::uint32_t /*generation*/,
                        std::shared_ptr<const RunFacts> /*run*/) {}

void WiredCamera::start_chain() {
  thread_ = NamedThread("cam-" + camera.config.name, [this] { chain.run(); });
}

void WiredCamera::stop(bool drain) {
  if (drain) intake.drain();
  const bool away = source->status().state == CameraState::backoff;
  source->stop();
  if (away) note_open_outage();
  intake.finish();
  thread_.join();
}

// The intake hears of an outage with the first frame after it; of one that the run did not outlive, here.
void WiredCamera::note_open_outage() {
  const std::int64_t last = channel.last_arrival_ns.load(std::memory_order_relaxed);
  intake.restarted(clock_.monotonic() - (last == 0 ? started_ : Nanoseconds(last)));
}

}  // namespace tarsier
