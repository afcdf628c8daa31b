#include "store/verify_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "hdf5/objects.hpp"
#include "store/segment_layout.hpp"
#include "store/segment_types.hpp"

namespace tarsier {
namespace {

constexpr auto known_causes = static_cast<std::uint8_t>(GapCause::no_sample);

}  // namespace

void RowInspection::run() {
  auto rows = Series::open(file_, "/tarsier/rows", row_record_type());
  if (!rows) return fault(rows.error().message);
  rows_ = rows->length();
  found_["rows"] = rows_;
  look_at_lengths();
  look_at_rows(*rows);
  look_at_gaps();
}

void RowInspection::fault(std::string sentence) { found_["faults"].push_back(std::move(sentence)); }

std::uint64_t RowInspection::length_of(const std::string& path) {
  const auto series = Series::open(file_, path, number_record<std::uint8_t>());
  if (series) return series->length();
  fault(series.error().message);
  return UINT64_MAX;
}

void RowInspection::look_at_lengths() {
  const auto expect = [this](const std::string& path, std::uint64_t expected) {
    const std::uint64_t found = length_of(path);
    if (found != expected && found != UINT64_MAX) {
      fault(fmt::format("{}: has {} entries and should have {}", path, found, expected));
    }
  };
  const std::uint64_t regions = length_of("/rois/masks");
  found_["regions"] = regions == UINT64_MAX ? 0 : regions;
  const std::uint64_t times = found_.contains("frames") ? found_["frames"].get<std::uint64_t>() : rows_;
  expect("/tarsier/regions", rows_);
  expect("/timestamps", times);
  for (const TimeseriesColumn& column : timeseries_columns()) expect(std::string("/timeseries/") + column.name, times);
  const std::uint64_t pairs = rows_ == 0 ? 0 : rows_ - 1;
  expect("/analysis/timestamps_sec", pairs);
  for (std::uint64_t region = 0; regions != UINT64_MAX && region < regions; ++region) {
    expect(activity_path(region), pairs);
  }
}

void RowInspection::look_at_rows(const Series& rows) {
  found_["first_id"] = nullptr;
  found_["last_id"] = nullptr;
  std::vector<Row> block;
  for (std::uint64_t first = 0; first < rows_; first += block.size()) {
    block.resize(std::min(block_entries, rows_ - first));
    if (auto read = rows.read(first, block.size(), block.data()); !read) return fault(read.error().message);
    if (first == 0) found_["first_id"] = block.front().frame_id;
    for (const Row& row : block) look_at_row(row);
  }
  if (rows_ > 0) found_["last_id"] = last_id_;
  if (disordered_) fault("/tarsier/rows: ids of frames do not rise, or stored_index does not count; do not trust them");
  if (found_.contains("frames") && found_["frames"] != frames_) {
    fault(fmt::format("/frames: holds {} frames, /tarsier/rows names {}", found_["frames"].get<std::uint64_t>(),
                      frames_));
  }
}

void RowInspection::look_at_row(const Row& row) {
  // Rows that a broken segment did not get rid of go on in the next, without frames, and may be in both.
  const bool again = (row.flags & row_not_stored) != 0;
  disordered_ = disordered_ || (row.frame_id < largest_id_ && !again);
  largest_id_ = std::max(largest_id_, row.frame_id);
  last_id_ = row.frame_id;
  if (row.stored_index < 0) return;
  disordered_ = disordered_ || static_cast<std::uint64_t>(row.stored_index) != frames_;
  name_bad_frames(row);
  ++frames_;
}

void RowInspection::name_bad_frames(const Row& row) {
  Json& bad = found_["bad"];
  const auto index = static_cast<std::uint64_t>(row.stored_index);
  while (bad_ < bad.size() && (bad[bad_]["dataset"] != "/frames" || bad[bad_]["last"].get<std::uint64_t>() < index)) {
    ++bad_;
  }
  if (bad_ == bad.size() || index < bad[bad_]["first"].get<std::uint64_t>()) return;
  Json& stretch = bad[bad_];
  if (stretch["first_id"].is_null()) stretch["first_id"] = row.frame_id;
  stretch["last_id"] = row.frame_id;
}

void RowInspection::look_at_gaps() {
  const auto gaps = Series::open(file_, "/tarsier/gaps", gap_record_type());
  if (!gaps) return fault(gaps.error().message);
  found_["gaps"] = gaps->length();
  std::vector<Gap> block;
  for (std::uint64_t first = 0; first < gaps->length(); first += block.size()) {
    block.resize(std::min(block_entries, gaps->length() - first));
    if (auto read = gaps->read(first, block.size(), block.data()); !read) return fault(read.error().message);
    const bool sane = std::all_of(block.begin(), block.end(), [](const Gap& gap) {
      return gap.first_id <= gap.last_id && static_cast<std::uint8_t>(gap.cause) <= known_causes;
    });
    if (!sane) return fault("/tarsier/gaps: has a gap that ends before it begins, or of no known cause");
  }
}

}  // namespace tarsier
