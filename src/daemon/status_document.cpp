#include "daemon/status_document.hpp"

#include <algorithm>
#include <cmath>

#include "base/clock.hpp"
#include "daemon/kernel_clock.hpp"
#include "daemon/resident_memory.hpp"

namespace tarsier {
namespace {

Json stage_json(const StageTimes& times) {
  const StageSnapshot stage = times.snapshot();
  return {{"count", stage.count}, {"mean_us", stage.mean_us}, {"p99_us", stage.p99_us}, {"max_us", stage.max_us}};
}

// Frames a second that the source said it gives; null of a recording, which comes as fast as it goes.
Json asked_rate(const ResolvedCamera& camera) {
  const double rate_hz = camera.facts.frames_per_s;
  return camera.live() && rate_hz > 0 ? Json(rate_hz) : Json(nullptr);
}

Json camera_json(const WiredCamera& wired, Nanoseconds now) {
  const CameraChannel& channel = wired.channel;
  const LedgerCounts counts = channel.ledger.snapshot();
  const CameraStatus status = wired.source->status();
  const std::int64_t last = channel.last_arrival_ns.load(std::memory_order_relaxed);
  const RingCursors& ring = channel.frames.cursors();
  Json camera = {{"name", wired.camera.config.name},
                 {"live", wired.camera.live()},
                 {"state", to_text(status.state)},
                 {"ledger", to_json(counts)},
                 {"samples", to_json(counts.samples)},
                 {"rate_hz", wired.rate_hz.load(std::memory_order_relaxed)},
                 {"rate_asked_hz", asked_rate(wired.camera)},
                 {"last_frame_age_ms", last == 0 ? Json(nullptr) : Json((now.count() - last) / 1'000'000)},
                 {"restarts", status.restarts},
                 {"ring", {{"slots", ring.capacity()}, {"used", ring.used()}, {"highest", channel.frames.highest()}}},
                 {"stages",
                  {{"convert", stage_json(channel.convert_times)},
                   {"reduce", stage_json(channel.reduce_times)},
                   {"encode", stage_json(channel.encode_times)},
                   {"write", stage_json(channel.write_times)}}}};
  if (!status.last_error.empty()) camera["last_error"] = status.last_error;
  return camera;
}

Json memory_json(const Plan* plan) {
  const ResidentMemory resident = resident_memory();
  Json memory = {{"budget_bytes", plan != nullptr ? plan->budget.count : 0},
                 {"planned_bytes", plan != nullptr ? plan->total().count : 0},
                 {"resident_bytes", resident.now.count},
                 {"highest_resident_bytes", resident.highest.count},
                 {"consumers", Json::array()}};
  if (plan != nullptr) memory["consumers"] = plan->json()["consumers"];
  return memory;
}

// The shortest stall that any camera survives; none where no rate is known.
Json stall_survived(const Plan& plan) {
  double shortest = 0;
  for (const CameraPlan& camera : plan.cameras) {
    if (camera.stall_survived_s <= 0) continue;
    shortest = shortest > 0 ? std::min(shortest, camera.stall_survived_s) : camera.stall_survived_s;
  }
  return shortest > 0 ? Json(shortest) : Json(nullptr);
}

Json known(double value) { return std::isnan(value) ? Json(nullptr) : Json(value); }

Json io_json(const IoFigures& figures) {
  return {{"count", figures.count},
          {"last_us", figures.last_us},
          {"mean_us", figures.mean_us},
          {"p99_us", figures.p99_us},
          {"max_us", figures.max_us}};
}

Json blocked_json(const std::vector<BlockedCall>& calls) {
  Json list = Json::array();
  for (const BlockedCall& call : calls) {
    list.push_back({{"thread", call.thread},
                    {"operation", call.operation},
                    {"file", call.file},
                    {"seconds", std::chrono::duration<double>(call.duration).count()}});
  }
  return list;
}

Json disk_json(const Recorder& recorder, const Plan& plan) {
  const StoreStatus store = recorder.status();
  return {{"free_bytes", store.free_bytes},
          {"reserve_bytes", store.reserve_bytes},
          {"room_bytes", store.room_bytes},
          {"written_bytes_per_s", store.written_bytes_per_s},
          {"written_bytes_per_s_10min", known(store.long_bytes_per_s)},
          {"hours_left", known(store.hours_left)},
          {"hours_left_least", known(store.hours_left_least)},
          {"full", store.disk_full},
          {"trouble", store.trouble.empty() ? Json(nullptr) : Json(store.trouble)},
          {"stall_survived_s", stall_survived(plan)},
          {"blocked", blocked_json(store.blocked)},
          {"write", io_json(store.writes)},
          {"sync", io_json(store.syncs)},
          {"seal", io_json(store.seals)}};
}

}  // namespace

std::string_view to_text(EngineState state) {
  switch (state) {
    case EngineState::idle: return "idle";
    case EngineState::armed: return "armed";
    case EngineState::recording: return "recording";
    case EngineState::draining: return "draining";
    case EngineState::faulted: break;
  }
  return "faulted";
}

Json status_document(const StatusSources& sources) {
  Json document = {{"state", to_text(sources.state)},
                   {"run", sources.run.empty() ? Json(nullptr) : Json(sources.run)},
                   {"version", TARSIER_VERSION},
                   {"uptime_s", sources.uptime_s}};
  if (!sources.fault.empty()) document["fault"] = sources.fault;
  document["cameras"] = Json::array();
  for (const auto& camera : sources.cameras) document["cameras"].push_back(camera_json(*camera, sources.monotonic_now));
  document["memory"] = memory_json(sources.plan);
  if (sources.recorder != nullptr && sources.plan != nullptr) {
    document["disk"] = disk_json(*sources.recorder, *sources.plan);
  }
  document["clock"] = clock_json(SystemClock().utc());
  return document;
}

}  // namespace tarsier
