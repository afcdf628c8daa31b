#include "daemon/wired_camera.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/log.hpp"
#include "daemon/camera_watch.hpp"
#include "daemon/fixed_costs.hpp"

namespace tarsier {
namespace {

ChannelShape channel_shape(const ResolvedCamera& camera, const CameraPlan& plan) {
  return {camera.config.slots,
          camera.frame_bytes(),
          plan.row_entries,
          camera.region_room(),
          camera.config.keep.frames == KeepFrames::all,
          plan.history_rows};
}

IntakeOptions intake_options(const Wiring& wiring, const ResolvedCamera& camera, const CameraResume* resume) {
  IntakeOptions options;
  options.sampling = camera.config.sampling;
  options.convert = camera.config.convert;
  options.source = camera.facts.size;
  options.frames_per_s = camera.facts.frames_per_s;
  options.lossless = options.replayed = !camera.live();
  options.first_frame_id = resume != nullptr ? resume->next_frame_id : 0;
  options.generation = wiring.generation;
  options.run_started_utc_ns = wiring.run_started_utc_ns;
  options.clock = wiring.clock;
  return options;
}

Nanoseconds in_nanoseconds(double seconds) {
  return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(seconds));
}

ChainOptions chain_options(const Wiring& wiring, const ResolvedCamera& camera, const CameraResume* resume,
                           std::size_t index) {
  ChainOptions options;
  options.mailbox = wiring.mailbox;
  options.camera = index;
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
  options.segment_duration = in_nanoseconds(wiring.one_segment ? 3.0e9 : wiring.rig->store.segment_s);
  options.first_segment = resume != nullptr ? resume->next_segment : 1;
  options.generation = wiring.generation;
  options.clock = wiring.clock;
  return options;
}

CameraRecording recording_of(const ResolvedCamera& camera, std::uint64_t frames_per_chunk, std::uint32_t generation) {
  CameraRecording facts;
  facts.camera = camera.config.name;
  facts.size = camera.stored;
  facts.pixel = camera.config.convert.pixel;
  facts.frames_kept = camera.config.keep.frames == KeepFrames::all;
  facts.frames_per_chunk = frames_per_chunk;
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

constexpr const char* remedy = "; stop the run and start it anew";

// What the memory and the files of a run are made for.
Result<void> same_shape(const ResolvedCamera& before, const ResolvedCamera& next) {
  const CameraConfig& a = before.config;
  const CameraConfig& b = next.config;
  const char* other = nullptr;
  if (a.name != b.name) other = "/name";
  if (a.source.pipeline != b.source.pipeline) other = "/source/pipeline";
  if (a.sampling.average != b.sampling.average) other = "/sampling/average";
  if (!(a.convert == b.convert)) other = "/convert";
  if (!(a.keep == b.keep)) other = "/keep";
  if (a.slots != b.slots) other = "/slots";
  if (a.threads != b.threads) other = "/threads";
  if (other == nullptr) return {};
  return misuse(std::string(other) + ": cannot change while frames are recorded" + remedy);
}

// Their memory holds what was gathered so far, and the recorder may be reading it.
Result<void> same_images(const CameraConfig& before, const CameraConfig& next) {
  if (!(before.correct == next.correct)) {
    return misuse(std::string("/correct: its background is part of the frames gathered so far") + remedy);
  }
  const auto& a = before.reduce.projection;
  const auto& b = next.reduce.projection;
  if (a.has_value() == b.has_value() && (!a || a->kinds == b->kinds)) return {};
  return misuse(std::string("/reduce/projection/kinds: their images were reserved when the run began") + remedy);
}

Result<void> settable_source(const ResolvedCamera& before, const ResolvedCamera& next) {
  const auto& old = before.config.source.parameters;
  const auto& now = next.config.source.parameters;
  for (const PipelineParameter& parameter : before.pipeline.parameters) {
    const auto a = old.find(parameter.name);
    const auto b = now.find(parameter.name);
    const bool same = (a == old.end()) == (b == now.end()) && (a == old.end() || a->second == b->second);
    const bool live = parameter.change == FieldClass::live;
    if (same || (live && b != now.end())) continue;
    return misuse(fmt::format(
        "/source/{}: {}{}", parameter.name,
        live ? "cannot be taken back, only set to another value" : "cannot be set while frames come", remedy));
  }
  return {};
}

Result<void> no_room(std::uint64_t count, std::uint64_t room, std::uint64_t each) {
  return misuse(fmt::format("/regions: {} {} need {} and {} were reserved when the run began{}", count,
                            each == sizeof(RegionRow) ? "regions" : "spans of pixels", to_text(Bytes{count * each}),
                            to_text(Bytes{room * each}), remedy));
}

bool same_region(const RegionMask& a, const RegionMask& b) {
  return a.name == b.name && a.labels == b.labels && a.spans == b.spans;
}

// Whether their rows can lie in one segment.
bool made_alike(const ResolvedCamera& a, const ResolvedCamera& b) {
  return a.config.sampling == b.config.sampling && a.config.reduce == b.config.reduce &&
         std::ranges::equal(a.regions, b.regions, same_region);
}

std::shared_ptr<const ChainChange> chain_change(const ResolvedCamera& camera, std::uint32_t layout, double segment_s) {
  ChainChange change;
  change.layout = layout;
  change.rules = std::make_shared<const FrameRules>(FrameRules{camera.config.reduce, region_table(camera.regions)});
  change.sample_interval_s = camera.config.sampling.interval_s;
  change.on_missing = camera.config.sampling.on_missing;
  change.nominal_interval_s = camera.nominal_interval_s;
  change.segment_duration = in_nanoseconds(segment_s);
  return std::make_shared<const ChainChange>(std::move(change));
}

}  // namespace

WiredCamera::WiredCamera(const Wiring& wiring, const ResolvedCamera& resolved, const CameraPlan& plan,
                         const CameraResume* resume, std::size_t index)
    : camera(resolved),
      channel(camera.config.name, *wiring.arena, channel_shape(camera, plan)),
      intake(*wiring.arena, channel, *wiring.utc, intake_options(wiring, camera, resume)),
      chain(*wiring.arena, channel, camera.regions, chain_options(wiring, camera, resume, index)),
      clock_(*wiring.clock),
      started_(clock_.monotonic()),
      frames_per_chunk_(plan.frames_per_chunk),
      current_(resolved),
      layout_(wiring.generation) {
  note_names();
}

Result<std::unique_ptr<WiredCamera>> WiredCamera::create(const Wiring& wiring, const ResolvedCamera& camera,
                                                         const CameraPlan& plan, const CameraResume* resume,
                                                         std::size_t index) {
  auto wired = std::make_unique<WiredCamera>(wiring, camera, plan, resume, index);
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
  return recording_of(camera, plan.frames_per_chunk, generation);
}
Result<void> WiredCamera::can_apply(const ResolvedCamera& next) const {
  if (auto same = same_shape(current_, next); !same) return same;
  if (auto same = same_images(current_.config, next.config); !same) return same;
  if (auto settable = settable_source(current_, next); !settable) return settable;
  const std::uint64_t room = channel.rows.region_room();
  if (next.regions.size() > room) return no_room(next.regions.size(), room, sizeof(RegionRow));
  if (next.span_count() > camera.span_room()) return no_room(next.span_count(), camera.span_room(), bytes_per_span);
  return {};
}

void WiredCamera::apply(ResolvedCamera next, std::uint32_t generation, std::shared_ptr<const RunFacts> run,
                        double segment_s) {
  if (!made_alike(current_, next)) layout_ = generation;
  if (next.config.source != current_.config.source) {
    if (auto set = source->set_live(next.config.source); !set) {
      log(Severity::error, fmt::format("camera {}: {}", channel.name, set.error().message));
    }
  }
  current_ = std::move(next);
  note_names();
  auto recorded = std::make_shared<const RecordedGeneration>(
      RecordedGeneration{layout_, recording_of(current_, frames_per_chunk_, generation), std::move(run)});
  // In this order: whoever sees a frame of this generation finds what it means.
  generations.add(generation, std::move(recorded));
  chain.change(generation, chain_change(current_, layout_, segment_s));
  const auto unused = intake.change({generation, current_.config.sampling});
  push_event(*this, clock_, EventKind::config, generation);
  if (!unused) return;
  chain.forget(unused->generation);
  generations.forget(unused->generation);
}

void WiredCamera::note_names() {
  constexpr std::size_t layouts = 8;
  std::vector<std::string> names;
  for (const RegionMask& region : current_.regions) names.push_back(region.name);
  const std::lock_guard lock(mutex_);
  if (!region_names_.empty() && region_names_.back().first == layout_) return;
  region_names_.emplace_back(layout_, std::move(names));
  if (region_names_.size() > layouts) region_names_.pop_front();
}

WiredCamera::Rows WiredCamera::rows(std::optional<std::uint64_t> since_id, std::size_t limit) const {
  Rows rows{channel.history.read(since_id, limit), {}};
  const std::lock_guard lock(mutex_);
  const auto names =
      std::ranges::find_if(region_names_, [&](const auto& entry) { return entry.first == rows.recent.layout; });
  if (names != region_names_.end()) rows.regions = names->second;
  rows.regions.resize(rows.recent.regions);
  return rows;
}

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
