// A small recording on a disk that logs everything a power cut may undo, with what it promised at each moment.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "store_bench.hpp"
#include "support/recorded_disk.hpp"

namespace tarsier {

// TARSIER_CUTS draws another number of states, TARSIER_SEED others.
inline std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr std::uint64_t usual_cuts = 300;
#else
inline constexpr std::uint64_t usual_cuts = 2000;
#endif

// 96 x 64 pixels, not compressed: a chunk lies in several sectors, of 512 bytes and of 4096.
inline CameraRecording cut_recording() {
  CameraRecording camera = bench_recording();
  camera.size = {96, 64};
  return camera;
}

// From the first folder to the last manifest: three segments with commits, publishes, gaps, seals.
class CutRun {
 public:
  static constexpr std::uint64_t frames = 48;

  // `folder` is empty. A sync of what ends with `forgotten_sync` is left out.
  explicit CutRun(const std::filesystem::path& folder, std::string forgotten_sync = {}) : disk(folder) {
    disk.forgotten_sync = std::move(forgotten_sync);
    StoreBench bench(disk, folder, cut_recording(), Codec::none);
    bench.after_step = [&] { note(bench.ledger().stored); };
    must(bench.recorder->begin());
    for (std::uint64_t i = 0; i < frames; ++i) {
      if (has_gap(i)) push_gap(bench.camera, i);
      bench.record(1, static_cast<std::uint32_t>(1 + i / 17));
      if (i % 4 == 1) bench.pass(std::chrono::milliseconds(400));
    }
    bench.finish();
    note(bench.ledger().stored);
    CHECK_EQUAL(frames, promises_.back().frames);
  }

  // Frames, from the first on, that had been acknowledged when the log was `position` changes long.
  [[nodiscard]] std::uint64_t promised(std::size_t position) const {
    const auto later = std::upper_bound(promises_.begin(), promises_.end(), position,
                                        [](std::size_t p, const Promise& promise) { return p < promise.position; });
    return later == promises_.begin() ? 0 : std::prev(later)->frames;
  }
  // Before this frame there is a gap, which begins at a time of that number.
  static bool has_gap(std::uint64_t frame) { return frame % 7 == 3; }

  RecordedDisk disk;

 private:
  struct Promise {
    std::size_t position;
    std::uint64_t frames;
  };
  // What is acknowledged was made durable by the last sync before, the journal's.
  void note(std::uint64_t stored) {
    if (!promises_.empty() && promises_.back().frames == stored) return;
    std::size_t position = disk.log().size();
    while (position > 0 && disk.log()[position - 1].kind != DiskChange::Kind::sync_file) --position;
    promises_.push_back({position, stored});
  }
  static void push_gap(TestCamera& camera, std::uint64_t frame) {
    const auto start = static_cast<std::int64_t>(frame);
    CHECK_TRUE(camera.channel.gaps.push({.first_id = frame, .last_id = frame, .start_utc_ns = start}));
  }

  std::vector<Promise> promises_;
};

}  // namespace tarsier
