#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/camera_report.hpp"

namespace tarsier {
namespace {

Result<ExaminedSegment> examine_segment(const std::filesystem::path& path) {
  auto range = probe_segment(path);
  if (!range) return unexpected(std::move(range.error()));
  auto segment = SegmentReader::open(path);
  if (!segment) return unexpected(std::move(segment.error()).within(path.string()));
  return ExaminedSegment{path, segment->facts(), *range};
}

void include(ExaminedCamera& camera, ExaminedSegment segment) {
  for (const auto& region : segment.facts.regions)
    if (std::find(camera.regions.begin(), camera.regions.end(), region.name) == camera.regions.end())
      camera.regions.push_back(region.name);
  if (!segment.range.empty()) {
    camera.range.include(segment.range.first_ns);
    camera.range.include(segment.range.last_ns);
  }
  camera.segments.push_back(std::move(segment));
}

}  // namespace

std::int64_t ExaminedCamera::interval_ns() const {
  constexpr double longest_s = 86400;
  double interval_s = segments.empty() ? 0 : segments.front().facts.interval_s;
  std::uint64_t rows = 0;
  for (const auto& segment : segments) rows += segment.facts.rows;
  if (interval_s <= 0 && rows > 1)
    interval_s = static_cast<double>(duration_ns()) / 1e9 / static_cast<double>(rows - 1);
  return std::llround(1e9 * std::clamp(interval_s, 0.0, longest_s));
}

Result<ExaminedCamera> examine_camera(const CameraFiles& files, bool strict) {
  ExaminedCamera camera;
  camera.name = files.name;
  camera.notes = files.notes;
  camera.ledger = files.ledger;
  for (const auto& path : files.sealed) {
    auto segment = examine_segment(path);
    if (!segment && strict) return unexpected(std::move(segment.error()));
    if (segment)
      include(camera, std::move(*segment));
    else
      camera.notes.push_back(fmt::format("A segment can't be read and is left out: {}.", segment.error().message));
  }
  if (camera.regions.empty()) camera.regions.emplace_back("whole frame");
  if (camera.name.empty() && !camera.segments.empty()) camera.name = camera.segments.front().facts.camera;
  if (camera.ledger.is_null() && !camera.segments.empty()) camera.ledger = camera.segments.back().facts.ledger;
  return camera;
}

}  // namespace tarsier
