#include "report/activity_bins.hpp"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace tarsier;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day = 86400 * second;
constexpr std::size_t all_regions[] = {0, 1, 2, 3};
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

// Ten bins of a second from 100 s on.
ActivityBins ten_bins(std::size_t regions = 1) { return {{100 * second, second, 10}, regions}; }

void add(ActivityBins& bins, double begin_s, double end_s, double value) {
  const PairActivity pair[] = {{value, value / 2}};
  bins.add(std::llround(begin_s * 1e9), std::llround(end_s * 1e9), std::span(all_regions).first(1), pair);
}

double decoded(std::uint16_t code, float scale) { return std::pow(code / 65534.0, 2) * scale; }

}  // namespace

TEST_GROUP(ActivityBins){};

TEST(ActivityBins, a_pair_fills_the_bins_between_its_frames) {
  auto bins = ten_bins();
  add(bins, 101, 104, 0.5);
  const auto means = bins.means(0, Measure::mean_activity);
  for (std::size_t i = 0; i < 10; ++i) {
    if (i >= 1 && i < 4)
      DOUBLES_EQUAL(0.5, means[i], 1e-9);
    else
      CHECK(std::isnan(means[i]));
  }
}

TEST(ActivityBins, a_mean_is_weighted_by_the_time_that_pairs_cover) {
  auto bins = ten_bins();
  add(bins, 102.0, 102.75, 0.1);
  add(bins, 102.75, 103.0, 0.5);
  DOUBLES_EQUAL(0.75 * 0.1 + 0.25 * 0.5, bins.means(0, Measure::mean_activity)[2], 1e-6);
  DOUBLES_EQUAL((0.75 * 0.1 + 0.25 * 0.5) / 2, bins.means(0, Measure::changed_pixels)[2], 1e-6);
}

TEST(ActivityBins, time_without_a_pair_is_not_rest) {
  auto bins = ten_bins();
  add(bins, 102.0, 102.25, 0.4);
  DOUBLES_EQUAL(0.4, bins.means(0, Measure::mean_activity)[2], 1e-6);
  const auto coverage = bins.coverage();
  CHECK_EQUAL(64, coverage[2]);
  CHECK_EQUAL(0, coverage[3]);
  CHECK_EQUAL(not_measured, bins.coded(0, Measure::mean_activity).mean[3]);
}

TEST(ActivityBins, rest_is_not_a_gap) {
  auto bins = ten_bins();
  add(bins, 100, 105, 0);
  const auto coded = bins.coded(0, Measure::mean_activity);
  CHECK_EQUAL(0, coded.mean[2]);
  CHECK_EQUAL(0.0F, coded.scale);
  CHECK_EQUAL(not_measured, coded.mean[7]);
}

TEST(ActivityBins, values_that_are_not_finite_are_passed_over) {
  auto bins = ten_bins(2);
  const PairActivity pair[] = {{not_a_number, not_a_number}, {0.25, 0.5}};
  bins.add(101 * second, 102 * second, std::span(all_regions).first(2), pair);
  CHECK(std::isnan(bins.means(0, Measure::mean_activity)[1]));
  DOUBLES_EQUAL(0.25, bins.means(1, Measure::mean_activity)[1], 1e-9);
  const PairActivity endless[] = {{std::numeric_limits<double>::infinity(), 0}};
  bins.add(103 * second, 104 * second, std::span(all_regions).first(1), endless);
  CHECK_EQUAL(0.0F, bins.coded(0, Measure::mean_activity).scale);
}

TEST(ActivityBins, what_lies_outside_of_the_axis_is_cut_off) {
  auto bins = ten_bins();
  add(bins, 90, 101, 0.5);
  add(bins, 109, 200, 0.5);
  add(bins, 300, 400, 0.5);
  add(bins, 1, 2, 0.5);
  const auto coverage = bins.coverage();
  CHECK_EQUAL(255, coverage.front());
  CHECK_EQUAL(255, coverage.back());
  CHECK_EQUAL(0, coverage[1]);
}

TEST(ActivityBins, regions_are_put_where_they_are_told_to) {
  auto bins = ten_bins(3);
  const std::size_t places[] = {2, 0};
  const PairActivity values[] = {{0.1, 0}, {0.2, 0}};
  bins.add(100 * second, 101 * second, places, values);
  DOUBLES_EQUAL(0.2, bins.means(0, Measure::mean_activity)[0], 1e-6);
  CHECK(std::isnan(bins.means(1, Measure::mean_activity)[0]));
  DOUBLES_EQUAL(0.1, bins.means(2, Measure::mean_activity)[0], 1e-6);
}

TEST(ActivityBins, codes_keep_quiet_times_apart_beside_a_flash) {
  auto bins = ten_bins();
  add(bins, 100, 101, 0.0001);
  add(bins, 101, 102, 0.0002);
  add(bins, 102, 103, 0.9);
  const auto coded = bins.coded(0, Measure::mean_activity);
  DOUBLES_EQUAL(0.0001, decoded(coded.mean[0], coded.scale), 0.0001 * 0.005);
  DOUBLES_EQUAL(0.0002, decoded(coded.mean[1], coded.scale), 0.0002 * 0.005);
  DOUBLES_EQUAL(0.9, decoded(coded.mean[2], coded.scale), 1e-6);
}

TEST(ActivityBins, the_smallest_and_largest_pair_of_a_bin_are_kept) {
  auto bins = ten_bins();
  add(bins, 100.0, 100.1, 0.25);
  add(bins, 100.1, 100.9, 0.04);
  add(bins, 100.9, 101.0, 1.0);
  const auto coded = bins.coded(0, Measure::mean_activity);
  CHECK_EQUAL(255, coded.maximum[0]);
  CHECK_EQUAL(51, coded.minimum[0]);  // 255 * sqrt(0.04 / 1.0)
}

TEST(ActivityBins, a_mean_never_leaves_the_values_it_was_made_of) {
  auto bins = ten_bins();
  for (int i = 0; i < 1000; ++i) add(bins, 100 + i / 1000.0, 100 + (i + 1) / 1000.0, 1.0 / 3);
  const auto coded = bins.coded(0, Measure::mean_activity);
  CHECK_EQUAL(65534, coded.mean[0]);
}

TEST_GROUP(BinAxis){};

TEST(BinAxis, begins_at_a_multiple_of_its_width_and_covers_both_ends) {
  const auto axis = BinAxis::covering(123 * second, 241 * second, 60 * second);
  CHECK_EQUAL(120 * second, axis.from_ns);
  CHECK_EQUAL(3, axis.bins);
  CHECK_EQUAL(2, BinAxis::covering(123 * second, 240 * second, 60 * second).bins);
  CHECK_EQUAL(1, BinAxis::covering(123 * second, 123 * second, 60 * second).bins);
}

TEST(BinAxis, two_weeks_of_24_regions_have_a_minute_a_bin) {
  CHECK_EQUAL(60 * second, bin_width_ns(14 * day, 5 * second, (1U << 19U) / 24));
  CHECK_EQUAL(300 * second, bin_width_ns(14 * day, 5 * second, (1U << 19U) / 96));
}

TEST(BinAxis, bins_are_no_narrower_than_half_of_the_time_between_rows) {
  CHECK_EQUAL(2 * second, bin_width_ns(600 * second, 5 * second, 20000));
  CHECK_EQUAL(10'000'000, bin_width_ns(50 * second, 33'333'333, 20000));
}

TEST(BinAxis, any_duration_fits_into_the_bins_there_are) {
  for (const std::size_t most : {3U, 10U, 1000U, 100000U})
    for (const std::int64_t duration : {std::int64_t{0}, second, 333 * second, day, 40 * day, 20000 * day}) {
      const auto width = bin_width_ns(duration, 0, most);
      for (const std::int64_t from : {std::int64_t{0}, 12'345'678'901, day - 1})
        CHECK(BinAxis::covering(from, from + duration, width).bins <= most);
    }
}
