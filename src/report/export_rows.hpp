// All rows of a camera, segment after segment, with what an export needs of each.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "report/camera_report.hpp"

namespace tarsier {

struct ExportRow {
  std::uint64_t frame_id = 0;
  std::int64_t stored_index = -1;
  std::int64_t sensor_ns = 0;
  std::int64_t utc_ns = 0;
  std::int64_t pair_ns = -1;
  std::uint32_t flags = 0;
  std::uint64_t n = 0;
  std::uint64_t abs_diff_sum = 0;
  std::uint64_t changed = 0;
  std::uint64_t sum = 0;
  std::uint64_t sum_sq = 0;
  std::uint16_t min = 0;
  std::uint16_t max = 0;
};

struct ExportRegion {
  std::uint64_t abs_diff_sum = 0;
  std::uint32_t changed = 0;
  std::uint64_t sum = 0;
  std::uint64_t sum_sq = 0;
  std::uint16_t min = 0;
  std::uint16_t max = 0;
};

// The segment that a row is of.
struct ExportSegment {
  const ExaminedSegment& examined;
  std::span<const std::size_t> places;  // which of the camera's regions each of the segment's is
  bool activity = true;                 // measured at all
  std::int64_t origin_ns = 0;           // sensor time of the recording's start
};

// One row; `regions` are the segment's, or the whole frame as the only one when it has none.
struct ExportEntry {
  const ExportSegment& segment;
  const ExportRow& row;
  std::span<const ExportRegion> regions;
  std::span<const double> pixels;  // n of each

  // Whether its pair is activity.
  [[nodiscard]] bool is_activity() const;
  // Shares of full scale and of the pixels; NaN where nothing was measured.
  [[nodiscard]] PairActivity activity(std::size_t region) const;
  // Seconds since the recording's start.
  [[nodiscard]] double elapsed_s() const { return static_cast<double>(row.sensor_ns - segment.origin_ns) / 1e9; }
};

// Calls `take` for each row in order, `done` after each segment. One segment open at a time, in blocks.
[[nodiscard]] Result<void> for_each_row(const ExaminedCamera& camera,
                                        const std::function<Result<void>(const ExportEntry&)>& take,
                                        const std::function<void(const ExaminedSegment&)>& done);

// The facts of each of camera.regions, of the first segment that has it.
[[nodiscard]] std::vector<RegionFacts> region_facts(const ExaminedCamera& camera);

}  // namespace tarsier
