// The datasets of the field's own tools, derived from the rows of a closed segment: /timestamps, /timeseries,
// /analysis. Written block by block, so that a long segment takes no more memory than a short one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "frame/row.hpp"
#include "hdf5/file.hpp"
#include "store/segment.hpp"
#include "store/segment_layout.hpp"

namespace tarsier {

// What turns rows into derived values.
struct DerivedRules {
  double interval_s = 0;
  std::int64_t origin_ns = 0;  // sensor time of the run's start
  bool frames_kept = true;
  bool live = true;
  bool activity = true;  // measured at all
  bool statistics = true;
  double largest_value = 255;
  std::vector<double> region_pixels;
};

class DerivedSeries {
 public:
  [[nodiscard]] static Result<DerivedSeries> open(const WritableFile& file, DerivedRules rules);
  // The rows that follow were measured in another boot of the machine, or under another rig.
  void go_on(std::int64_t origin_ns, bool activity, bool statistics);
  // The next rows in order, with their regions row by row.
  [[nodiscard]] Result<void> add(std::span<const Row> rows, std::span<const RegionRow> regions);

  // How many entries /timeseries has, and how many there would be if none were missing between the first and the last.
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  [[nodiscard]] std::uint64_t expected_frames() const;

 private:
  explicit DerivedSeries(DerivedRules rules) : rules_(std::move(rules)) {}

  [[nodiscard]] double elapsed_s(const Row& row) const {
    return static_cast<double>(row.sensor_ns - rules_.origin_ns) / 1e9;
  }
  void add_frame(const Row& row);
  [[nodiscard]] float activity(const Row& row, const RegionRow& region, double pixels) const;
  [[nodiscard]] Result<void> add_activity(std::span<const Row> rows, std::span<const RegionRow> regions);
  [[nodiscard]] Result<void> write_columns();

  // Bytes of one block of a column of /timeseries.
  struct Column {
    Series series;
    std::vector<std::byte> block;
    template <typename Value>
    void add(const Value& value);
  };
  enum ColumnIndex : std::size_t {
    frame_index,
    recording_elapsed,
    actual_interval,
    expected_interval,
    temperature,
    humidity,
    ir_led,
    white_led,
    mean_intensity,
    cumulative_drift,
    frame_drift,
    sync_success,
    phase_transition,
    capture_method,
    timestamps
  };

  DerivedRules rules_;
  std::vector<Column> columns_;
  Series activity_times_;
  std::vector<Series> activities_;
  std::uint64_t frames_ = 0;
  double first_elapsed_s_ = 0;
  double last_elapsed_s_ = 0;
  std::optional<double> last_row_s_;  // time of the last row
};

}  // namespace tarsier
