#include "cli/bench_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <sstream>

#include "cli/text.hpp"

namespace tarsier {
namespace {

struct NamedKernel {
  const char* key;
  const char* words;
  double KernelSpeed::*seconds;  // a pixel
  ImageSize size;
};
constexpr NamedKernel kernels[] = {
    {"gray", "RGB24 to gray", &KernelSpeed::gray_s, colour_size},
    {"correct", "correction", &KernelSpeed::correct_s, gray_size},
    {"fused", "activity, statistics", &KernelSpeed::fused_s, gray_size},
    {"project", "projections", &KernelSpeed::project_s, gray_size},
};

double frames_per_s(const NamedKernel& kernel, const KernelSpeed& speed) {
  return 1 / (speed.*kernel.seconds * static_cast<double>(kernel.size.pixels()));
}

std::uint64_t whole_rate(const NamedKernel& kernel, const KernelSpeed& speed) {
  return static_cast<std::uint64_t>(std::llround(frames_per_s(kernel, speed)));
}

std::string codec_text(const CodecSpeed& codec) {
  const std::string_view name = to_text(codec.codec);
  return codec.codec == Codec::deflate ? fmt::format("{} level {}", name, codec.level) : std::string(name);
}

std::string milliseconds(double seconds) { return fmt::format("{:.{}f} ms", seconds * 1e3, seconds < 0.01 ? 1 : 0); }

using Out = std::back_insert_iterator<std::string>;

void add_figures(Out out, const MachineSpeed& speed) {
  fmt::format_to(out, "machine     {}; {}, {}\n", speed.processor, counted(speed.cores, "core"), speed.instruction_set);
  fmt::format_to(out, "memory      {:.1f} GB/s read and written by all cores\n", speed.memory_bytes_per_s * 1e-9);
  for (const auto& kernel : kernels)
    fmt::format_to(out, "kernel      {:<21} {:>6.3f} ns/pixel, {} frames/s of {}x{} on one core\n", kernel.words,
                   speed.kernels.*kernel.seconds * 1e9, grouped(whole_rate(kernel, speed.kernels)),
                   kernel.size.width_px, kernel.size.height_px);
  for (const auto& codec : speed.codecs)
    fmt::format_to(out, "codec       {:<15} {:>7.0f} MB/s, files {:.0f} % of the pixels\n", codec_text(codec),
                   codec.bytes_per_s * 1e-6, codec.share * 100);
  const DiskSpeed& disk = speed.disk;
  fmt::format_to(out,
                 "disk        {}: {:.0f} MB/s; fdatasync {} (median of {}), at worst {}; longest stall {}; {} free\n",
                 speed.directory.string(), disk.bytes_per_s * 1e-6, milliseconds(disk.sync_median_s), disk.syncs,
                 milliseconds(disk.sync_worst_s), milliseconds(disk.stall_worst_s), disk_text(Bytes{disk.free}));
}

std::string cell(const Capacity& capacity) {
  if (capacity.cameras > most_cameras) return fmt::format("over {} ({})", most_cameras, to_text(capacity.limit));
  return fmt::format("{} ({})", capacity.cameras, to_text(capacity.limit));
}

void add_cameras(Out out, const MachineSpeed& speed, const CodecSpeed& codec) {
  fmt::format_to(out, "\nCameras that it carries with codec {}, and what limits their number\n", codec_text(codec));
  fmt::format_to(out, "{:12}{:<24}{:<24}{}\n", "", "1 frame/s", "10 frames/s", "30 frames/s");
  std::size_t column = 0;
  for (const Capacity& capacity : capacities(speed, codec)) {
    const auto& size = capacity.camera.size;
    if (column == 0) fmt::format_to(out, "{:<12}", fmt::format("{}x{}", size.width_px, size.height_px));
    column = (column + 1) % 3;
    fmt::format_to(out, "{}", column == 0 ? cell(capacity) + "\n" : padded(cell(capacity), 24));
  }
  fmt::format_to(
      out,
      "Each gives colour, is made gray, corrected, measured in six regions, projected and stored, with {:.0f} "
      "% of the\nmachine at most; decoding compressed video comes on top. A rig holds {} cameras.\n",
      usable_share * 100, most_cameras);
}

void add_keys(Out out, const CameraKind& camera, const Advice& advice) {
  const Json keys = rig_keys(advice);
  const std::string own = keys["cameras"][0].dump();
  fmt::format_to(out, "\nKeys of a rig for {}, the first line for the camera:\n", to_text(camera));
  fmt::format_to(out, "  {},\n  \"store\": {}\n", own.substr(1, own.size() - 2), keys["store"].dump());
}

Json kernels_json(const KernelSpeed& speed) {
  Json list = Json::object();
  for (const auto& kernel : kernels)
    list[kernel.key] = {{"width_px", kernel.size.width_px},
                        {"height_px", kernel.size.height_px},
                        {"ns_per_pixel", speed.*kernel.seconds * 1e9},
                        {"frames_per_s", frames_per_s(kernel, speed)}};
  return list;
}

Json codecs_json(const MachineSpeed& speed) {
  Json list = Json::array();
  for (const auto& codec : speed.codecs)
    list.push_back({{"codec", codec_text(codec)}, {"bytes_per_s", codec.bytes_per_s}, {"coded_share", codec.share}});
  return list;
}

Json cameras_json(const std::vector<Capacity>& capacities) {
  Json list = Json::array();
  for (const Capacity& capacity : capacities)
    list.push_back({{"width_px", capacity.camera.size.width_px},
                    {"height_px", capacity.camera.size.height_px},
                    {"frames_per_s", capacity.camera.frames_per_s},
                    {"cameras", capacity.cameras},
                    {"limit", to_text(capacity.limit)}});
  return list;
}

}  // namespace

Result<CameraKind> camera_kind(const std::string& text) {
  std::istringstream words(text);
  std::uint32_t width = 0, height = 0;
  double rate = 0;
  char by = 0, at = 0;
  const bool whole = (words >> width >> by >> height >> at >> rate) && by == 'x' && at == '@' && words.peek() == EOF;
  if (!whole || width < 1 || height < 1 || width > 65535 || height > 65535 || !(rate > 0) || rate > 10000)
    return misuse(
        fmt::format("--camera: {}: is no kind of camera; write it as WIDTHxHEIGHT@FRAMES_PER_SECOND, such as "
                    "1224x1024@10",
                    text));
  return CameraKind{{width, height}, rate};
}

std::string to_text(const CameraKind& camera) {
  return fmt::format("{}x{} at {:g} frames/s", camera.size.width_px, camera.size.height_px, camera.frames_per_s);
}

std::string bench_text(const MachineSpeed& speed, const CameraKind& camera) {
  std::string text;
  const auto out = std::back_inserter(text);
  const Advice advice = advise(speed, camera);
  add_figures(out, speed);
  add_cameras(out, speed, advice.codec);
  add_keys(out, camera, advice);
  return text;
}

Json bench_json(const MachineSpeed& speed, const CameraKind& camera) {
  const Advice advice = advise(speed, camera);
  const DiskSpeed& disk = speed.disk;
  return {{"processor", speed.processor},
          {"instruction_set", speed.instruction_set},
          {"cores", speed.cores},
          {"memory", {{"bytes_per_s", speed.memory_bytes_per_s}, {"working_set_bytes", speed.working_set}}},
          {"kernels", kernels_json(speed.kernels)},
          {"codecs", codecs_json(speed)},
          {"disk",
           {{"directory", speed.directory.string()},
            {"bytes_per_s", disk.bytes_per_s},
            {"sync_median_s", disk.sync_median_s},
            {"sync_worst_s", disk.sync_worst_s},
            {"stall_worst_s", disk.stall_worst_s},
            {"syncs", disk.syncs},
            {"written_bytes", disk.written},
            {"free_bytes", disk.free}}},
          {"cameras", cameras_json(capacities(speed, advice.codec))},
          {"advice", {{"camera", to_text(camera)}, {"rig", rig_keys(advice)}}}};
}

}  // namespace tarsier
