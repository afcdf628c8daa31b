// From what was measured to what it means: how many cameras a machine carries, and the keys of a rig for one of them.
// Pure arithmetic; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/json.hpp"
#include "cli/machine_speed.hpp"

namespace tarsier {

// Of everything that was measured; the rest is for what was not: cameras' drivers, decoders, the system.
inline constexpr double usable_share = 0.7;
// The most cameras that a rig holds.
inline constexpr std::uint32_t most_cameras = 16;

// Memory traffic of one pixel: RGB24 written by the source and read (6), gray written (1), frame, frame before and
// corrected frame (3), maps (4), projections read and written (20) with the corrected frame (1), codec (2), page cache
// and disk (2).
inline constexpr double traffic_bytes_per_pixel = 39;

// A camera as its frames are stored.
struct CameraKind {
  ImageSize size;
  double frames_per_s = 0;
};

// What comes to its end first.
enum class Limit : std::uint8_t { processor, memory, disk };
[[nodiscard]] const char* to_text(Limit limit);

struct Capacity {
  CameraKind camera;
  std::uint64_t cameras = 0;  // of this kind at once
  Limit limit = Limit::processor;
};

// Each is taken to be a colour camera whose frames are made gray, corrected, reduced in six regions, projected, coded
// and stored, at `usable_share` of the machine.
[[nodiscard]] Capacity capacity(const MachineSpeed& speed, const CodecSpeed& codec, const CameraKind& camera);
// 640x480, 1224x1024 and 1920x1080 at 1, 10 and 30 frames/s, size by size.
[[nodiscard]] std::vector<Capacity> capacities(const MachineSpeed& speed, const CodecSpeed& codec);

// The codec of speed.codecs that needs no plugin to be read, of which there is one at least, that carries the most of
// these cameras, where more than four don't count; among equals the one that makes the smallest files. A higher level
// must save a twentieth to be worth its heat.
[[nodiscard]] const CodecSpeed& best_codec(const MachineSpeed& speed, const CameraKind& camera);

struct Advice {
  CodecSpeed codec;
  std::uint32_t threads = 1;        // that one frame's work needs
  std::uint32_t codec_threads = 1;  // that its compression needs
  std::uint32_t slots = 16;         // frames of twice the longest stall and 4 more, a multiple of 4, 16 at least
  std::uint32_t segment_mib = 0;    // what the disk moves in 30 s: recovery reads a segment and writes it again
  std::uint32_t segment_s = 0;      // in which one camera fills that, ten minutes to two hours
  std::uint32_t backlog_s = 3;      // three times the longest stall, 3 s at least
};
[[nodiscard]] Advice advise(const MachineSpeed& speed, const CameraKind& camera);

// {"cameras": [{"slots", "threads"}], "store": {"codec", "deflate_level", "codec_threads", "segment_s", "segment_mib",
// "backlog_s"}}.
[[nodiscard]] Json rig_keys(const Advice& advice);

}  // namespace tarsier
