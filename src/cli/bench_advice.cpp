#include "cli/bench_advice.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace tarsier {
namespace {

constexpr std::array sizes = {ImageSize{640, 480}, gray_size, colour_size};
constexpr std::array rates = {1.0, 10.0, 30.0};

constexpr std::uint64_t enough_cameras = 4;
constexpr double least_saving = 0.05;
constexpr double recovery_s = 60;
// The processor is busy for a while too, and a few seconds of measuring do not meet the worst stall of two weeks.
constexpr std::uint32_t least_slots = 16;

double pixels_per_s(const CameraKind& camera) {
  return static_cast<double>(camera.size.pixels()) * camera.frames_per_s;
}

// Of one core, for a pixel before it is coded.
double chain_seconds(const KernelSpeed& kernels) {
  return kernels.gray_s + kernels.correct_s + kernels.fused_s + kernels.project_s;
}

std::uint64_t whole(double cameras) { return static_cast<std::uint64_t>(std::floor(std::clamp(cameras, 0.0, 1e9))); }

// A number that a rig may hold.
std::uint32_t between(double value, std::uint32_t least, std::uint32_t most) {
  return static_cast<std::uint32_t>(std::ceil(std::clamp<double>(value, least, most)));
}

std::uint32_t segment_mib(const DiskSpeed& disk) {
  const double moved = disk.bytes_per_s * recovery_s / 2 / static_cast<double>(mebibytes(1).count);
  return std::bit_floor(between(moved, 256, 4096));
}

std::uint32_t segment_s(std::uint32_t mib, const CodecSpeed& codec, const CameraKind& camera) {
  const double filled = static_cast<double>(mebibytes(mib).count) / (pixels_per_s(camera) * codec.share);
  return between(std::ceil(filled / 60) * 60, 600, 7200);
}

}  // namespace

const char* to_text(Limit limit) {
  switch (limit) {
    case Limit::processor: return "processor";
    case Limit::memory: return "memory";
    case Limit::disk: return "disk";
  }
  return "";
}

Capacity capacity(const MachineSpeed& speed, const CodecSpeed& codec, const CameraKind& camera) {
  const double pixels = pixels_per_s(camera);
  // How much of each one camera takes.
  const std::array<std::pair<double, Limit>, 3> loads = {
      {{pixels * (chain_seconds(speed.kernels) + 1 / codec.bytes_per_s) / speed.cores, Limit::processor},
       {pixels * traffic_bytes_per_pixel / speed.memory_bytes_per_s, Limit::memory},
       {pixels * codec.share / speed.disk.bytes_per_s, Limit::disk}}};
  const auto& [load, limit] = *std::max_element(loads.begin(), loads.end());
  return {camera, whole(usable_share / load), limit};
}

std::vector<Capacity> capacities(const MachineSpeed& speed, const CodecSpeed& codec) {
  std::vector<Capacity> list;
  for (const ImageSize& size : sizes)
    for (const double rate : rates) list.push_back(capacity(speed, codec, {size, rate}));
  return list;
}

const CodecSpeed& best_codec(const MachineSpeed& speed, const CameraKind& camera) {
  const auto carried = [&](const CodecSpeed& codec) {
    return std::min(capacity(speed, codec, camera).cameras, enough_cameras);
  };
  const CodecSpeed* best = &speed.codecs.front();
  for (const CodecSpeed& codec : speed.codecs) {
    if (codec.codec == Codec::bitshuffle_lz4) continue;
    const bool smaller = codec.share < best->share * (1 - least_saving);
    if (carried(codec) > carried(*best) || (carried(codec) == carried(*best) && smaller)) best = &codec;
  }
  return *best;
}

Advice advise(const MachineSpeed& speed, const CameraKind& camera) {
  Advice advice;
  advice.codec = best_codec(speed, camera);
  const double stall_s = speed.disk.stall_worst_s;
  const double busy_cores = pixels_per_s(camera) * chain_seconds(speed.kernels) / usable_share;
  advice.threads = between(busy_cores, 1, std::min(speed.cores, 16U));
  const double coding_cores = pixels_per_s(camera) / advice.codec.bytes_per_s / usable_share;
  advice.codec_threads = between(coding_cores, 1, std::min(speed.cores, 16U));
  // The frames that wait take an eighth of the machine's memory at most.
  const double most_slots = static_cast<double>(speed.ram_bytes) / 8 / static_cast<double>(camera.size.pixels());
  const double slots = std::min(2 * stall_s * camera.frames_per_s + 4, most_slots);
  advice.slots = static_cast<std::uint32_t>(round_up(between(slots, least_slots, 4096), 4));
  advice.backlog_s = between(3 * stall_s, 3, 600);
  advice.segment_mib = segment_mib(speed.disk);
  advice.segment_s = segment_s(advice.segment_mib, advice.codec, camera);
  return advice;
}

Json rig_keys(const Advice& advice) {
  Json store = {{"codec", to_text(advice.codec.codec)}};
  if (advice.codec.codec == Codec::deflate) store["deflate_level"] = advice.codec.level;
  store["codec_threads"] = advice.codec_threads;
  store["segment_s"] = advice.segment_s;
  store["segment_mib"] = advice.segment_mib;
  store["backlog_s"] = advice.backlog_s;
  Json camera = {{"slots", advice.slots}, {"threads", advice.threads}};
  return {{"cameras", Json::array({std::move(camera)})}, {"store", std::move(store)}};
}

}  // namespace tarsier
