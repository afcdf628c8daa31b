// Activity of the regions over time in bins of one width: what a page of bounded size can show of any number of rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tarsier {

struct BinAxis {
  std::int64_t from_ns = 0;  // UTC, a multiple of width_ns
  std::int64_t width_ns = 1;
  std::size_t bins = 0;

  // The axis of `width_ns` that covers [from_ns, to_ns].
  [[nodiscard]] static BinAxis covering(std::int64_t from_ns, std::int64_t to_ns, std::int64_t width_ns);
};

// The narrowest width of a series that people read with ease (1, 2, 5, 10 ... ms, 1, 2, 5, 10, 15, 20, 30, 60 s, ...)
// at which `duration_ns` has at most `most_bins` bins. No narrower than half of `interval_ns`, the time from row to
// row: more would show nothing more.
[[nodiscard]] std::int64_t bin_width_ns(std::int64_t duration_ns, std::int64_t interval_ns, std::size_t most_bins);

// What a pair of rows says of one region, both as a share: of full scale, and of the region's pixels.
struct PairActivity {
  double mean = 0;
  double changed = 0;
};

enum class Measure : std::uint8_t { mean_activity, changed_pixels };

// One measure of one region, coded for the page: code c of a mean stands for (c / 65534)^2 * scale, 65535 for nothing
// measured; of minimum and maximum (c / 255)^2 * scale. The square keeps quiet times apart where one flash of light
// sets the scale. `scale` is the largest value, rounded up to float32; 0 when all are 0 or nothing was measured.
struct CodedSeries {
  float scale = 0;
  std::vector<std::uint16_t> mean;
  std::vector<std::uint8_t> minimum;
  std::vector<std::uint8_t> maximum;
};
inline constexpr std::uint16_t not_measured = 65535;

// Activity is taken as constant from the earlier to the later frame of its pair: each bin holds the mean over the time
// that pairs cover in it, and the smallest and largest value of the pairs that touch it. What no pair covers is not
// measured, and never 0. Allocates in the constructor and in coded(); 28 bytes a bin and region.
class ActivityBins {
 public:
  ActivityBins() = default;
  ActivityBins(BinAxis axis, std::size_t regions);

  [[nodiscard]] const BinAxis& axis() const { return axis_; }
  [[nodiscard]] std::size_t regions() const { return regions_; }
  // A pair from begin_ns to end_ns (UTC, begin before end). values[i] is of region regions[i]; values that are not
  // finite are passed over. Parts outside the axis are cut off.
  void add(std::int64_t begin_ns, std::int64_t end_ns, std::span<const std::size_t> regions,
           std::span<const PairActivity> values);
  [[nodiscard]] CodedSeries coded(std::size_t region, Measure measure) const;
  // Of each bin, which share of its time any pair covers: 0 to 255.
  [[nodiscard]] std::vector<std::uint8_t> coverage() const;
  // Means over the covered time of one region; NaN where nothing was measured.
  [[nodiscard]] std::vector<double> means(std::size_t region, Measure measure) const;

 private:
  struct Bin {
    float covered_ns = 0;
    float weighted_sum[2] = {0, 0};
    float minimum[2] = {0, 0};
    float maximum[2] = {0, 0};
  };
  static void add(Bin& bin, double covered_ns, const PairActivity& value);
  [[nodiscard]] std::span<const Bin> of(std::size_t region) const;

  BinAxis axis_;
  std::size_t regions_ = 0;
  std::vector<Bin> bins_;           // region by region
  std::vector<double> covered_ns_;  // by any pair
};

}  // namespace tarsier
