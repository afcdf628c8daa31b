// All that a page shows of one camera.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "report/activity_bins.hpp"
#include "report/outline.hpp"
#include "report/picture_collector.hpp"
#include "report/run_files.hpp"
#include "report/segment_probe.hpp"
#include "report/segment_reader.hpp"
#include "report/words.hpp"

namespace tarsier {

// A segment that can be read.
struct ExaminedSegment {
  std::filesystem::path path;
  SegmentFacts facts;
  UtcRange range;
};

// A camera's segments after a look at each.
struct ExaminedCamera {
  std::string name;
  std::vector<ExaminedSegment> segments;
  std::vector<std::string> notes;    // a sentence for each segment that is left out
  std::vector<std::string> regions;  // the names of all segments' regions, in order; "whole frame" when there are none
  Json ledger;
  UtcRange range;

  // Usual time from row to row; 0 without rows.
  [[nodiscard]] std::int64_t interval_ns() const;
  [[nodiscard]] std::int64_t duration_ns() const { return range.empty() ? 0 : range.last_ns - range.first_ns; }
};

// Looks at each file in a child process. `strict`: a file that can't be read is an error; otherwise a note.
[[nodiscard]] Result<ExaminedCamera> examine_camera(const CameraFiles& files, bool strict);

struct ShownRegion {
  RegionFacts facts;
  Outline outline;
};

struct CameraReport {
  std::string name;
  SegmentFacts facts;  // of the first segment
  std::vector<std::string> files;
  std::vector<std::string> notes;
  std::vector<ShownRegion> regions;
  UtcRange range;
  std::uint64_t rows = 0;
  std::uint64_t frames = 0;  // stored
  LedgerWords ledger;
  std::vector<ReportGap> gaps;      // the first of `gaps_total`
  std::vector<ReportEvent> events;  // the first of `events_total`
  std::uint64_t gaps_total = 0;
  std::uint64_t events_total = 0;
  ActivityBins activity;
  Pictures pictures;
};

inline constexpr std::size_t most_gaps_listed = 2000;
inline constexpr std::size_t most_events_listed = 500;

// Reads all segments, one open at a time and in blocks, into bins of `width_ns`.
[[nodiscard]] Result<CameraReport> read_camera(const ExaminedCamera& camera, std::int64_t width_ns);

}  // namespace tarsier
