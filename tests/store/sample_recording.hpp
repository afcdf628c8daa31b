// A small made-up recording for the tests of segments: every value differs from its neighbours and can be worked out
// from its index, in C++ and in Python alike.
#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "CppUTest/TestHarness.h"
#include "frame/row.hpp"
#include "store/segment.hpp"
#include "store/segment_writer.hpp"

namespace tarsier {

inline std::vector<std::byte> contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline RunFacts sample_run() {
  RunFacts run;
  run.run = "sleep_pi_20260101_000000";
  run.experiment = "sleep \u00e4";
  run.device = "pi";
  run.rig = Json{{"experiment", "sleep"}};
  run.versions = Json{{"tarsier", "0.1.0"}};
  run.boot_id = "boot";
  run.started_utc_ns = 1'767'225'600'000'000'000;
  run.started_monotonic_ns = 5'000'000'000;
  return run;
}

// 8 x 6 pixels, two regions of 6 and 4 pixels, two frames a chunk, 10 frames a second.
inline CameraRecording sample_camera() {
  CameraRecording camera;
  camera.camera = "plate-a";
  camera.size = {8, 6};
  camera.frames_per_chunk = 2;
  camera.nominal_interval_s = 0.1;
  camera.regions = {{"left", {{"genotype", "wt"}}, {{1, 0, 3}, {2, 0, 3}}, 6}, {"right", {}, {{3, 4, 8}}, 4}};
  camera.source_format = "i420";
  camera.pipeline_line = "videotestsrc ! appsink";
  return camera;
}

inline Row sample_row(std::uint64_t i) {
  Row row;
  row.frame_id = 100 + i;
  row.stored_index = static_cast<std::int64_t>(i);
  row.sensor_ns = 5'000'000'000 + static_cast<std::int64_t>(i) * 100'000'000 + static_cast<std::int64_t>(i);
  row.monotonic_ns = row.sensor_ns + 7;
  row.utc_ns = 1'767'225'600'000'000'000 + row.sensor_ns;
  row.utc_uncertainty_ns = 1000 + i;
  row.residual_ns = -static_cast<std::int64_t>(i);
  row.pair_ns = i == 0 ? -1 : 100'000'001;
  row.flags = i == 0 ? static_cast<std::uint32_t>(row_first) : 0U;
  row.generation = 3;
  row.exposure_ns = 8'000'000;
  row.gain = 2.5F;
  row.n = 48;
  row.abs_diff_sum = 10 * i;
  row.changed = i;
  row.sum = 4800 + i;
  row.sum_sq = (1ULL << 40) + i;
  row.min = 1;
  row.max = 250;
  row.drift_y = 0.25F;
  row.drift_x = -0.5F;
  row.drift_residual = 0.125F;
  row.drift_confidence = 1.5F;
  return row;
}

inline RegionRow sample_region(std::uint64_t i, std::uint64_t region) {
  return {.abs_diff_sum = (i + 1) * (region + 1),
          .changed = static_cast<std::uint32_t>(i),
          .sum = 7 * i + region,
          .sum_sq = (1ULL << 41) + i,
          .min = static_cast<std::uint16_t>(region),
          .max = static_cast<std::uint16_t>(200 + region)};
}

inline std::vector<Row> sample_rows(std::uint64_t count) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < count; ++i) rows.push_back(sample_row(i));
  return rows;
}

inline std::vector<RegionRow> sample_regions(std::uint64_t rows, std::uint64_t regions) {
  std::vector<RegionRow> all;
  for (std::uint64_t i = 0; i < rows; ++i) {
    for (std::uint64_t region = 0; region < regions; ++region) all.push_back(sample_region(i, region));
  }
  return all;
}

// A whole chunk of uint8 frames: pixel p of frame t is (7 t + p) mod 251; frames from `end` on are 0.
inline std::vector<std::byte> sample_chunk(const CameraRecording& camera, std::uint64_t index, std::uint64_t end) {
  const std::uint64_t pixels = camera.size.pixels();
  std::vector<std::byte> bytes(pixels * camera.frames_per_chunk);
  for (std::uint64_t i = 0; i < bytes.size(); ++i) {
    const std::uint64_t frame = index * camera.frames_per_chunk + i / pixels;
    if (frame < end) bytes[i] = static_cast<std::byte>((7 * frame + i % pixels) % 251);
  }
  return bytes;
}

template <typename Value>
Value must(Result<Value> result) {
  CHECK_TRUE_TEXT(result.has_value(), result ? "" : result.error().message.c_str());
  return std::move(*result);
}
inline void must(const Result<void>& result) {
  CHECK_TRUE_TEXT(result.has_value(), result ? "" : result.error().message.c_str());
}

// Writes `frames` frames with their rows; returns what the seal needs.
inline std::vector<ChunkEntry> write_sample(SegmentWriter& writer, const CameraRecording& camera,
                                            std::uint64_t frames) {
  std::vector<ChunkEntry> chunks;
  for (std::uint64_t first = 0; first < frames; first += camera.frames_per_chunk) {
    const std::uint64_t index = first / camera.frames_per_chunk;
    const std::uint64_t end = std::min(frames, first + camera.frames_per_chunk);
    const auto coded = sample_chunk(camera, index, end);
    const ChunkPlace place = must(writer.write_chunk(index, coded, 0, end));
    chunks.push_back({index, end - first, place.offset, place.bytes, 0x1234'5678'9abc'def0 + index, 0});
  }
  must(writer.append_rows(sample_rows(frames), sample_regions(frames, camera.regions.size())));
  return chunks;
}

}  // namespace tarsier
