#include "daemon/rig_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/named_thread.hpp"
#include "control/image_encoder.hpp"
#include "control/server.hpp"
#include "daemon/fixed_costs.hpp"
#include "daemon/recovery_beside.hpp"
#include "process/camera_intake.hpp"
#include "process/chain.hpp"
#include "replay/replay_source.hpp"
#include "store/recorder.hpp"

namespace tarsier {
namespace {

constexpr double default_backlog_s = 3.0;
constexpr std::uint64_t least_backlog_chunks = 2;
constexpr std::uint64_t replay_backlog_chunks = 4;
// Of a recording, which is replayed as fast as it goes: what is made while a commit is under way has to find room.
constexpr Bytes replay_rows = mebibytes(1);
constexpr std::uint64_t most_replay_rows = 2048;

// What one camera needs, before the backlog is decided.
struct Needs {
  const ResolvedCamera* camera = nullptr;
  double rows_per_s = 0;  // 0: as fast as it goes
  std::uint64_t frames_per_chunk = 1;
  std::uint64_t row_entries = 0;
  std::uint64_t backlog_chunks = 0;
  std::uint64_t history_rows = 0;
  std::uint32_t codec_threads = 1;

  [[nodiscard]] std::uint64_t least_backlog() const { return least_backlog_chunks * codec_threads; }
  [[nodiscard]] bool stored() const { return camera->config.keep.frames == KeepFrames::all; }
  [[nodiscard]] Bytes store_cost(std::uint64_t chunks) const {
    return Recorder::cost(camera->frame_bytes(), frames_per_chunk, stored() ? chunks : 0, row_entries,
                          camera->region_room(), codec_threads);
  }
};

// Of all planes: planar YUV has more than the luma.
std::uint64_t source_frame_bytes(const SourceFacts& facts) {
  const std::uint64_t luma = line_bytes(facts.format, facts.size.width_px) * facts.size.height_px;
  switch (facts.format) {
    case PixelFormat::i420:
    case PixelFormat::nv12:
    case PixelFormat::nv21: return luma + (luma + 1) / 2;
    case PixelFormat::y42b: return 2 * luma;
    case PixelFormat::y444: return 3 * luma;
    default: return luma;
  }
}

IntakeOptions intake_shape(const ResolvedCamera& camera) {
  IntakeOptions options;
  options.sampling = camera.config.sampling;
  options.convert = camera.config.convert;
  options.source = camera.facts.size;
  return options;
}

ChainOptions chain_shape(const ResolvedCamera& camera) {
  ChainOptions options;
  options.size = camera.stored;
  options.pixel = camera.config.convert.pixel;
  options.correct = camera.config.correct;
  options.reduce = camera.config.reduce;
  return options;
}

// The quantised maps, and while they are read the sums of one file.
Bytes maps_cost(const ResolvedCamera& camera) {
  if (!camera.maps) return {};
  return {camera.maps->subtrahend.size() + camera.maps->factor.size() + camera.stored.pixels() * sizeof(std::uint32_t)};
}

Needs needs_of(const Rig& rig, const ResolvedCamera& camera) {
  Needs needs;
  needs.camera = &camera;
  needs.codec_threads = rig.store.codec_threads;
  if (!rig.control.listen.empty()) needs.history_rows = RowHistory::rows_for(camera.region_room());
  const bool live = camera.live();
  needs.rows_per_s = live && camera.nominal_interval_s > 0 ? 1.0 / camera.nominal_interval_s : 0;
  const auto sync = std::chrono::milliseconds(rig.store.sync_interval_ms);
  needs.frames_per_chunk = Recorder::frames_per_chunk(camera.frame_bytes(), needs.rows_per_s, sync);
  const double backlog_s = rig.store.backlog_s.value_or(default_backlog_s);
  const double waiting_s = backlog_s + 2.0 * std::chrono::duration<double>(sync).count();
  const auto waiting = static_cast<std::uint64_t>(std::ceil(needs.rows_per_s * waiting_s));
  const std::uint64_t least =
      camera.config.slots + needs.frames_per_chunk * (replay_backlog_chunks + 2 * (rig.store.codec_threads - 1)) + 16;
  const std::uint64_t row_bytes = RowQueue::cost(64, camera.region_room()).count / 64;
  const std::uint64_t replayed = live ? 0 : std::min(replay_rows.count / row_bytes, most_replay_rows);
  needs.row_entries = std::clamp<std::uint64_t>(std::max(least + waiting, replayed), 64, 65536);
  const double frames = std::ceil(needs.rows_per_s * backlog_s);
  const auto wanted = static_cast<std::uint64_t>(frames / static_cast<double>(needs.frames_per_chunk)) + 1;
  needs.backlog_chunks = std::max(live ? wanted : replay_backlog_chunks, needs.least_backlog());
  return needs;
}

void add_camera(Plan& plan, const Needs& needs) {
  const ResolvedCamera& camera = *needs.camera;
  const std::string name = camera.config.name;
  const auto add = [&](const char* what, Bytes bytes, std::string detail) {
    plan.consumers.push_back({name + ": " + what, bytes, std::move(detail)});
  };
  const Bytes slots = FrameRing::cost(camera.config.slots, camera.frame_bytes());
  const Bytes intake = CameraIntake::cost(intake_shape(camera));
  const Bytes rows = RowQueue::cost(needs.row_entries, camera.region_room());
  const Bytes store = needs.store_cost(needs.backlog_chunks);
  add("frame slots", slots,
      fmt::format("{} slots of {}x{} {}", camera.config.slots, camera.stored.width_px, camera.stored.height_px,
                  to_text(camera.config.convert.pixel)));
  add("intake", intake, "lines in conversion, averages");
  const Bytes chain = Chain::cost(chain_shape(camera));
  if (const Bytes images = chain + maps_cost(camera); images.count > 0) {
    add("background and projections", images, "maps, corrected frames, sums of pixels");
  }
  add("rows", rows, fmt::format("{} rows of up to {} regions on their way", needs.row_entries, camera.region_room()));
  const Bytes history = RowHistory::cost(needs.history_rows, camera.region_room());
  if (history.count > 0) add("recent rows", history, fmt::format("{} rows for those who look on", needs.history_rows));
  add("backlog and journal", store,
      needs.stored() ? fmt::format("{} coded chunks of {} frames", needs.backlog_chunks, needs.frames_per_chunk)
                     : std::string("rows on their way to the disk"));
  add("regions", Bytes{camera.span_room() * bytes_per_span},
      fmt::format("{} spans of {} region{}, room for {}", camera.span_count(), camera.regions.size(),
                  camera.regions.size() == 1 ? "" : "s", camera.span_room()));
  add("HDF5", hdf5_cost, "library's caches of the open segment");
  plan.arena += slots + intake + chain + rows + history + store;
  if (camera.recording) {
    add("recording", ReplaySource::cost(camera.recording->facts),
        "a frame to convert, what its library undoes at once");
    return;
  }
  const Bytes frame{source_frame_bytes(camera.facts)};
  add("GStreamer", camera.pipeline.plugin_memory + frame * camera.pipeline.frames_held,
      fmt::format("pipeline {}, {} frames in its elements", camera.pipeline.name, camera.pipeline.frames_held));
}

// Of the projections, which are stored as they are.
double image_bytes_per_s(const ResolvedCamera& camera) {
  const auto& projection = camera.config.reduce.projection;
  if (!projection) return 0;
  std::uint64_t bytes = 0;
  for (const ImageKind kind : projection->kinds) bytes += bytes_per_pixel(kind, camera.config.convert.pixel);
  return static_cast<double>(bytes * camera.stored.pixels()) / projection->interval_s;
}

// That may be asked for: a frame, or a projection.
Bytes largest_image(const ResolvedCamera& camera) {
  const StoredPixel pixel = camera.config.convert.pixel;
  std::uint64_t bytes = bytes_per_pixel(pixel);
  if (const auto& projection = camera.config.reduce.projection) {
    for (const ImageKind kind : projection->kinds) bytes = std::max<std::uint64_t>(bytes, bytes_per_pixel(kind, pixel));
  }
  return {bytes * camera.stored.pixels()};
}

CameraPlan camera_plan(const Needs& needs) {
  const ResolvedCamera& camera = *needs.camera;
  CameraPlan plan;
  plan.camera = camera.config.name;
  plan.lossless = !camera.live();
  plan.backlog_chunks = needs.stored() ? needs.backlog_chunks : 0;
  plan.frames_per_chunk = needs.frames_per_chunk;
  plan.row_entries = needs.row_entries;
  plan.history_rows = needs.history_rows;
  if (needs.rows_per_s <= 0) return plan;
  plan.buffered_s = static_cast<double>(camera.config.slots) / needs.rows_per_s;
  plan.megabytes_per_s = image_bytes_per_s(camera) / 1e6;
  if (!needs.stored()) return plan;
  const auto frames = needs.backlog_chunks * needs.frames_per_chunk + camera.config.slots;
  plan.stall_survived_s = static_cast<double>(frames) / needs.rows_per_s;
  plan.megabytes_per_s += static_cast<double>(camera.frame_bytes()) * needs.rows_per_s / 1e6;
  return plan;
}

// Unless the rig asks for a backlog, each camera gets up to the default, as much as the budget leaves.
void shorten_backlogs(const Rig& rig, std::vector<Needs>& needs, const Plan& full) {
  if (rig.store.backlog_s || full.fits()) return;
  Bytes excess = full.total() - full.budget;
  std::sort(needs.begin(), needs.end(), [](const Needs& a, const Needs& b) {
    return a.store_cost(a.backlog_chunks) > b.store_cost(b.backlog_chunks);
  });
  for (Needs& need : needs) {
    while (excess.count > 0 && need.backlog_chunks > need.least_backlog()) {
      const Bytes saved = need.store_cost(need.backlog_chunks) - need.store_cost(need.backlog_chunks - 1);
      --need.backlog_chunks;
      excess = excess > saved ? excess - saved : Bytes{0};
    }
  }
}

// Fewer slots first, then more memory; what changes the science comes last.
void add_remedies(Plan& plan, std::span<const ResolvedCamera> cameras) {
  constexpr std::uint64_t least_slots = 4;
  const Bytes excess = plan.total() - plan.budget;
  const auto ring = [&](std::size_t i) { return FrameRing::cost(cameras[i].config.slots, cameras[i].frame_bytes()); };
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const std::uint64_t slots = cameras[i].config.slots;
    const Bytes each = FrameRing::cost(1, cameras[i].frame_bytes());
    const std::uint64_t surplus = slots > least_slots ? slots - least_slots : 0;
    const std::uint64_t fewer = std::min(surplus, (excess.count + each.count - 1) / each.count);
    if (fewer == 0) continue;
    plan.remedies.push_back(
        {fmt::format("/cameras/{}/slots from {} to {} saves {}", i, slots, slots - fewer, to_text(each * fewer)),
         each * fewer});
  }
  std::stable_sort(plan.remedies.begin(), plan.remedies.end(),
                   [](const Remedy& a, const Remedy& b) { return a.saves > b.saves; });
  const auto needed = static_cast<std::uint64_t>(std::ceil(plan.total().mebibytes()));
  plan.remedies.push_back({fmt::format("/memory/budget_mib from {} to {}", plan.budget.count >> 20, needed), excess});
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const std::uint32_t bin = cameras[i].config.convert.bin;
    if (bin == 4) continue;
    const Bytes saved{ring(i).count * 3 / 4};
    plan.remedies.push_back({fmt::format("/cameras/{}/convert/bin from {} to {} saves {} of slots, and keeps a quarter "
                                         "of the pixels",
                                         i, bin, bin * 2, to_text(saved)),
                             saved});
  }
}

// Uncompressed frames tell exactly what a run takes, compressed ones only its upper bound.
void compare_with_disk(Plan& plan, const Rig& rig, Bytes free_on_disk) {
  if (!rig.run.duration_s || plan.disk_megabytes_per_s <= 0) return;
  const double needed = plan.disk_megabytes_per_s * 1e6 * *rig.run.duration_s;
  const double room =
      static_cast<double>(free_on_disk.count) - mebibytes(rig.store.reserve_mib).mebibytes() * 1048576.0;
  if (needed <= room) return;
  const bool certain = rig.store.codec == Codec::none;
  plan.disk_shortage = fmt::format(
      "/run/duration_s: {} s take {}{:.1f} GB and the disk of store.directory has {:.1f} GB beside the reserve; "
      "shorten "
      "it, free the disk, sample less often, {}or keep no frames",
      *rig.run.duration_s, certain ? "" : "up to ", needed / 1e9, std::max(room, 0.0) / 1e9,
      certain ? "set store.codec to deflate " : "");
  plan.disk_too_small = certain;
}

Bytes control_cost(const ControlConfig& control, std::span<const ResolvedCamera> cameras) {
  ServerLimits limits;
  if (control.certificate_file.empty()) limits.secure = 0;
  Bytes encoder;
  for (const ResolvedCamera& camera : cameras) {
    encoder = std::max(encoder, ImageEncoder::cost(camera.stored.width_px, camera.stored.height_px));
  }
  return Server::cost(limits) + encoder;
}

Plan assemble(const Rig& rig, const std::vector<Needs>& needs, std::span<const ResolvedCamera> cameras) {
  Plan plan;
  plan.budget = mebibytes(rig.memory.budget_mib);
  plan.consumers.push_back({"program", program_cost, "code, libraries, heap"});
  // cam-*, gst:* and its queue per camera; codecs, recorder, sync, control, sweep and main for all.
  std::uint64_t threads = 3 * cameras.size() + 5 + rig.store.codec_threads;
  if (!rig.control.listen.empty()) threads += 2;  // control-work, board
  for (const ResolvedCamera& camera : cameras) threads += camera.config.threads - 1;
  plan.consumers.push_back({"threads", Bytes{thread_touched_bytes * threads}, fmt::format("{} stacks", threads)});
  const Bytes codec = Recorder::fixed_cost(rig.store.codec, rig.store.deflate_level, rig.store.codec_threads);
  plan.consumers.push_back({"codec", codec, "compressors, block of the checksums"});
  for (const ResolvedCamera& camera : cameras) {
    const auto of_camera = [&](const Needs& need) { return need.camera == &camera; };
    const Needs& need = *std::find_if(needs.begin(), needs.end(), of_camera);
    add_camera(plan, need);
    plan.cameras.push_back(camera_plan(need));
    if (!camera.live()) continue;
    const Bytes frame{source_frame_bytes(camera.facts)};
    plan.elsewhere.push_back(
        {camera.config.name + ": driver buffers", frame * 8, "up to 8 frames, where the driver has its own"});
  }
  if (!rig.control.listen.empty()) {
    for (const ResolvedCamera& camera : cameras) plan.preview = std::max(plan.preview, largest_image(camera));
    const Bytes preview = FrameMailbox::cost(plan.preview.count);
    plan.consumers.push_back({"preview", preview, "one image for those who look on"});
    plan.arena += preview;
    plan.consumers.push_back({"control", control_cost(rig.control, cameras), "clients at their limits, a JPEG"});
  }
  if (!plan.elsewhere.empty()) {
    plan.elsewhere.push_back({"recovery", recovery_memory, "a process of its own, at most, after a crash"});
  }
  plan.arena += kibibytes(64);
  return plan;
}

}  // namespace

std::uint64_t ResolvedCamera::span_count() const {
  return std::accumulate(regions.begin(), regions.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const RegionMask& region) { return sum + region.spans.size(); });
}

Plan plan_rig(const Rig& rig, std::span<const ResolvedCamera> cameras, Bytes free_on_disk) {
  std::vector<Needs> needs;
  for (const ResolvedCamera& camera : cameras) needs.push_back(needs_of(rig, camera));
  shorten_backlogs(rig, needs, assemble(rig, needs, cameras));
  Plan plan = assemble(rig, needs, cameras);
  for (const CameraPlan& camera : plan.cameras) plan.disk_megabytes_per_s += camera.megabytes_per_s;
  if (plan.disk_megabytes_per_s > 0) {
    const Bytes reserve = mebibytes(rig.store.reserve_mib);
    const Bytes room = free_on_disk > reserve ? free_on_disk - reserve : Bytes{};
    plan.hours_until_full = static_cast<double>(room.count) / 1e6 / plan.disk_megabytes_per_s / 3600.0;
  }
  compare_with_disk(plan, rig, free_on_disk);
  if (!plan.fits()) add_remedies(plan, cameras);
  return plan;
}

}  // namespace tarsier
