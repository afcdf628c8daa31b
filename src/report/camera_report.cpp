#include "report/camera_report.hpp"

#include <algorithm>

namespace tarsier {
namespace {

constexpr std::uint64_t rows_a_block = 1024;
// A mask that is more noise than shape would make a page of nothing else.
constexpr std::size_t longest_outline = 32 * 1024;

// Puts segment after segment into a CameraReport.
class CameraCollector {
 public:
  CameraCollector(const ExaminedCamera& camera, CameraReport& report, PictureCollector& pictures)
      : camera_(camera), report_(report), pictures_(pictures) {}

  [[nodiscard]] Result<void> add(const ExaminedSegment& examined) {
    const auto segment = SegmentReader::open(examined.path);
    if (!segment) return unexpected(Error(segment.error()).within(examined.path.string()));
    for (const auto step : {&CameraCollector::add_regions, &CameraCollector::add_rows, &CameraCollector::add_gaps,
                            &CameraCollector::add_events})
      if (auto done = (this->*step)(*segment); !done)
        return unexpected(std::move(done.error()).within(examined.path.string()));
    if (auto done = pictures_.add(*segment); !done)
      return unexpected(std::move(done.error()).within(examined.path.string()));
    report_.rows += segment->facts().rows;
    report_.frames += segment->facts().frames;
    report_.files.push_back(examined.path.filename().string());
    return {};
  }

 private:
  // Learns which region of the page each of the segment's is, and what those look like that are new.
  [[nodiscard]] Result<void> add_regions(const SegmentReader& segment) {
    const auto& facts = segment.facts();
    places_.clear();
    for (std::size_t i = 0; i < facts.regions.size(); ++i) {
      const auto found = std::find(camera_.regions.begin(), camera_.regions.end(), facts.regions[i].name);
      places_.push_back(static_cast<std::size_t>(found - camera_.regions.begin()));
      auto& shown = report_.regions[places_.back()];
      if (shown.facts.n != 0) continue;
      shown.facts = facts.regions[i];
      if (i >= facts.masks) continue;
      mask_.resize(facts.pixels());
      if (auto read = segment.read_mask(i, mask_); !read) return read;
      shown.outline = trace_outline(mask_, facts.width_px, facts.height_px);
      if (shown.outline.path.size() > longest_outline) shown.outline.path.clear();
    }
    whole_frame_ = facts.regions.empty() && camera_.regions.size() == 1;
    if (whole_frame_) places_.push_back(0);
    return {};
  }

  [[nodiscard]] Result<void> add_rows(const SegmentReader& segment) {
    const auto& facts = segment.facts();
    for (std::uint64_t first = 0; first < facts.rows; first += rows_.size()) {
      rows_.resize(std::min(rows_a_block, facts.rows - first));
      regions_.resize(rows_.size() * facts.regions.size());
      if (auto read = segment.read(first, std::span(rows_)); !read) return read;
      if (auto read = segment.read(first, std::span(regions_)); !read) return read;
      for (std::size_t i = 0; i < rows_.size(); ++i) add_row(facts, i);
    }
    return {};
  }

  void add_row(const SegmentFacts& facts, std::size_t i) {
    const auto& row = rows_[i];
    if (!row.is_activity()) return;
    activity_.clear();
    const auto share = [&](std::uint64_t difference, std::uint64_t changed, std::uint64_t n) {
      const auto pixels = static_cast<double>(n);  // of no pixel: not finite, and so passed over
      activity_.push_back(
          {static_cast<double>(difference) / (pixels * facts.largest_value), static_cast<double>(changed) / pixels});
    };
    for (std::size_t r = 0; r < facts.regions.size(); ++r) {
      const auto& region = regions_[i * facts.regions.size() + r];
      share(region.abs_diff_sum, region.changed, facts.regions[r].n);
    }
    if (whole_frame_) share(row.abs_diff_sum, row.changed, row.n);
    report_.activity.add(row.utc_ns - row.pair_ns, row.utc_ns, places_, activity_);
  }

  template <typename Entry>
  [[nodiscard]] static Result<void> add_entries(const SegmentReader& segment, std::uint64_t count, std::size_t most,
                                                std::vector<Entry>& into, std::uint64_t& total) {
    total += count;
    const auto before = into.size();
    into.resize(before + std::min<std::uint64_t>(count, most - before));
    return segment.read(0, std::span(into).subspan(before));
  }

  [[nodiscard]] Result<void> add_gaps(const SegmentReader& segment) {
    return add_entries(segment, segment.facts().gaps, most_gaps_listed, report_.gaps, report_.gaps_total);
  }

  [[nodiscard]] Result<void> add_events(const SegmentReader& segment) {
    return add_entries(segment, segment.facts().events, most_events_listed, report_.events, report_.events_total);
  }

  const ExaminedCamera& camera_;
  CameraReport& report_;
  PictureCollector& pictures_;
  // Of the segment that is being read.
  std::vector<std::size_t> places_;
  bool whole_frame_ = false;
  // Reused from block to block.
  std::vector<ReportRow> rows_;
  std::vector<RegionActivity> regions_;
  std::vector<PairActivity> activity_;
  std::vector<std::uint8_t> mask_;
};

PictureCollector picture_collector(const ExaminedCamera& camera) {
  std::vector<const SegmentFacts*> facts;
  for (const auto& segment : camera.segments) facts.push_back(&segment.facts);
  return PictureCollector(facts);
}

}  // namespace

Result<CameraReport> read_camera(const ExaminedCamera& camera, std::int64_t width_ns) {
  CameraReport report;
  report.name = camera.name;
  report.notes = camera.notes;
  report.range = camera.range;
  report.ledger = read_ledger(camera.ledger);
  if (!camera.segments.empty()) report.facts = camera.segments.front().facts;
  for (const auto& name : camera.regions) report.regions.push_back({{name, Json::object(), 0}, {}});
  if (!camera.range.empty())
    report.activity =
        ActivityBins(BinAxis::covering(camera.range.first_ns, camera.range.last_ns, width_ns), camera.regions.size());
  auto pictures = picture_collector(camera);
  CameraCollector collector(camera, report, pictures);
  for (const auto& segment : camera.segments)
    if (auto added = collector.add(segment); !added) return unexpected(std::move(added.error()));
  report.pictures = pictures.finish();
  return report;
}

}  // namespace tarsier
