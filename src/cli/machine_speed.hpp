// How fast this machine is at what a recording asks of it. Values, and the functions that measure them; these work on
// the calling thread and allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "cli/repeated.hpp"
#include "config/rig.hpp"
#include "frame/frame_view.hpp"

namespace tarsier {

// What the kernels are measured on.
inline constexpr ImageSize colour_size{1920, 1080};
inline constexpr ImageSize gray_size{1224, 1024};

// Seconds a pixel on one core, frames and results in memory rather than in the cache.
struct KernelSpeed {
  double gray_s = 0;     // RGB24 to gray8
  double correct_s = 0;  // subtrahend and factor
  double fused_s = 0;    // activity and statistics, whole frame and six regions
  double project_s = 0;  // sum, sum of squares, least and greatest
};

// One thread.
struct CodecSpeed {
  Codec codec = Codec::none;
  std::uint32_t level = 0;  // of deflate; 0: another codec
  double bytes_per_s = 0;   // of pixels
  double share = 1;         // coded bytes / bytes of pixels, of a dim gray8 scene with noise
};

struct DiskSpeed {
  double bytes_per_s = 0;     // written and synchronised
  double sync_median_s = 0;   // of one fdatasync, while half as much is written and synchronised as recordings do
  double sync_worst_s = 0;    // the longest of them
  double stall_worst_s = 0;   // the longest write or fdatasync then
  std::uint64_t syncs = 0;    // that the median is of
  std::uint64_t written = 0;  // bytes, in all
  std::uint64_t free = 0;     // bytes
};

struct MachineSpeed {
  std::string processor;          // "unknown processor" where the kernel tells none
  std::string instruction_set;    // of the kernels
  std::uint32_t cores = 1;        // that this process may use
  std::uint64_t ram_bytes = 0;    // of the machine
  std::uint64_t working_set = 0;  // bytes that memory and kernels were measured in
  double memory_bytes_per_s = 0;  // read and written, by all cores at once
  KernelSpeed kernels;
  std::vector<CodecSpeed> codecs;
  std::filesystem::path directory;
  DiskSpeed disk;
};

// Memory larger than the last cache where the machine can spare it, filled with noise.
using WorkingSet = std::span<std::uint8_t>;

[[nodiscard]] double memory_speed(WorkingSet memory, std::uint32_t cores, const Patience& patience);
[[nodiscard]] KernelSpeed kernel_speed(WorkingSet memory, const Patience& patience);
// none, deflate of the levels 1 and 6, bitshuffle-lz4.
[[nodiscard]] Result<std::vector<CodecSpeed>> codec_speeds(const Patience& patience);

class DiskProbe;
// Everything, in about `length`; the disk is that of `probe`. Fails soon after `stopped` became true.
[[nodiscard]] Result<MachineSpeed> measure_machine(DiskProbe& probe, Seconds length,
                                                   const std::function<bool()>& stopped);

}  // namespace tarsier
