#include "store/seal_series.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "store/segment_types.hpp"

namespace tarsier {
namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

MethodText method_of(const Row& row, bool live) {
  const char* text = live ? "captured" : "replayed";
  if ((row.flags & row_repeated) != 0) text = "missing_repeated";
  MethodText method{};
  std::memcpy(method.data(), text, std::strlen(text));
  return method;
}

}  // namespace

template <typename Value>
void DerivedSeries::Column::add(const Value& value) {
  const auto bytes = std::as_bytes(std::span(&value, 1));
  block.insert(block.end(), bytes.begin(), bytes.end());
}

Result<DerivedSeries> DerivedSeries::open(const WritableFile& file, DerivedRules rules) {
  DerivedSeries derived(std::move(rules));
  Result<void> opened;
  const auto take = [&](const std::string& path, RecordType type) {
    auto series = opened ? Series::open(file.handle(), path, std::move(type)) : Result<Series>();
    if (!series) opened = unexpected(std::move(series.error()));
    return series ? std::move(*series) : Series();
  };
  for (const TimeseriesColumn& column : timeseries_columns()) {
    derived.columns_.push_back({take(std::string("/timeseries/") + column.name, column.type()), {}});
  }
  derived.columns_.push_back({take("/timestamps", number_record<double>()), {}});
  derived.activity_times_ = take("/analysis/timestamps_sec", number_record<double>());
  for (std::size_t region = 0; region < derived.rules_.region_pixels.size(); ++region) {
    derived.activities_.push_back(take(activity_path(region), number_record<float>()));
  }
  if (!opened) return unexpected(std::move(opened.error()));
  return derived;
}

void DerivedSeries::go_on(std::int64_t origin_ns, bool activity, bool statistics) {
  rules_.origin_ns = origin_ns;
  rules_.activity = activity;
  rules_.statistics = statistics;
}

Result<void> DerivedSeries::add(std::span<const Row> rows, std::span<const RegionRow> regions) {
  for (const Row& row : rows) {
    if (!rules_.frames_kept || row.stored_index >= 0) add_frame(row);
  }
  if (auto written = write_columns(); !written) return written;
  return add_activity(rows, regions);
}

void DerivedSeries::add_frame(const Row& row) {
  const double elapsed = elapsed_s(row);
  if (frames_ == 0) first_elapsed_s_ = elapsed;
  // The first has nothing before it in this file: it counts as on time.
  const double actual = frames_ == 0 ? rules_.interval_s : elapsed - last_elapsed_s_;
  const double drift = elapsed - first_elapsed_s_ - static_cast<double>(frames_) * rules_.interval_s;
  const bool counted = rules_.statistics && row.n > 0;
  columns_[frame_index].add(static_cast<std::int32_t>(frames_));
  columns_[recording_elapsed].add(elapsed);
  columns_[actual_interval].add(static_cast<float>(actual));
  columns_[expected_interval].add(static_cast<float>(rules_.interval_s));
  columns_[temperature].add(unknown);
  columns_[humidity].add(unknown);
  columns_[ir_led].add(std::uint8_t{0});
  columns_[white_led].add(std::uint8_t{0});
  columns_[mean_intensity].add(counted ? static_cast<float>(static_cast<double>(row.sum) / static_cast<double>(row.n))
                                       : unknown);
  columns_[cumulative_drift].add(static_cast<float>(drift));
  columns_[frame_drift].add(static_cast<float>(actual - rules_.interval_s));
  columns_[sync_success].add(static_cast<std::int8_t>((row.flags & row_repeated) == 0));
  columns_[phase_transition].add(std::int8_t{0});
  columns_[capture_method].add(method_of(row, rules_.live));
  columns_[timestamps].add(elapsed);
  last_elapsed_s_ = elapsed;
  ++frames_;
}

Result<void> DerivedSeries::write_columns() {
  const std::uint64_t count = columns_[timestamps].block.size() / sizeof(double);
  for (Column& column : columns_) {
    if (auto appended = column.series.append(column.block.data(), count); !appended) return appended;
    column.block.clear();
  }
  return {};
}

float DerivedSeries::activity(const Row& row, const RegionRow& region, double pixels) const {
  const bool measured = rules_.activity && (row.flags & no_activity_flags) == 0 && row.pair_ns >= 0;
  if (!measured || pixels == 0) return unknown;
  return static_cast<float>(static_cast<double>(region.abs_diff_sum) / (pixels * rules_.largest_value));
}

Result<void> DerivedSeries::add_activity(std::span<const Row> rows, std::span<const RegionRow> regions) {
  if (rows.empty()) return {};
  // A pair stands at its earlier frame and is described by the later one's row.
  const std::size_t first = last_row_s_ ? 0 : 1;
  std::vector<double> times;
  if (last_row_s_) times.push_back(*last_row_s_);
  for (const Row& row : rows.first(rows.size() - 1)) times.push_back(elapsed_s(row));
  if (auto appended = activity_times_.append(std::span<const double>(times)); !appended) return appended;
  std::vector<float> values;
  const std::size_t count = activities_.size();
  for (std::size_t region = 0; region < count; ++region) {
    values.clear();
    for (std::size_t row = first; row < rows.size(); ++row) {
      values.push_back(activity(rows[row], regions[row * count + region], rules_.region_pixels[region]));
    }
    if (auto appended = activities_[region].append(std::span<const float>(values)); !appended) return appended;
  }
  last_row_s_ = elapsed_s(rows.back());
  return {};
}

std::uint64_t DerivedSeries::expected_frames() const {
  if (frames_ == 0 || rules_.interval_s <= 0) return frames_;
  return static_cast<std::uint64_t>(std::llround((last_elapsed_s_ - first_elapsed_s_) / rules_.interval_s)) + 1;
}

}  // namespace tarsier
