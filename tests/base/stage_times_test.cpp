#include "base/stage_times.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(StageTimes) { StageTimes times; };

TEST(StageTimes, nothing_measured_is_all_zero) {
  const auto snapshot = times.snapshot();
  CHECK_EQUAL(0, snapshot.count);
  DOUBLES_EQUAL(0, snapshot.mean_us, 0);
  DOUBLES_EQUAL(0, snapshot.p99_us, 0);
}

TEST(StageTimes, mean_and_maximum_are_exact) {
  times.add(100us);
  times.add(300us);
  const auto snapshot = times.snapshot();
  CHECK_EQUAL(2, snapshot.count);
  DOUBLES_EQUAL(200, snapshot.mean_us, 1e-9);
  DOUBLES_EQUAL(300, snapshot.max_us, 1e-9);
}

TEST(StageTimes, the_99th_percentile_is_never_too_low_and_at_most_a_twentieth_too_high) {
  for (int i = 1; i <= 1000; ++i) times.add(std::chrono::microseconds(i));
  const double p99 = times.snapshot().p99_us;
  CHECK_TRUE(p99 >= 990);
  CHECK_TRUE(p99 <= 990 * 1.045);
}

TEST(StageTimes, one_slow_frame_in_a_thousand_does_not_move_the_99th_percentile) {
  for (int i = 0; i < 999; ++i) times.add(10us);
  times.add(1s);
  const auto snapshot = times.snapshot();
  CHECK_TRUE(snapshot.p99_us >= 10);
  CHECK_TRUE(snapshot.p99_us <= 10.45);
  DOUBLES_EQUAL(1e6, snapshot.max_us, 1e-6);
}

TEST(StageTimes, takes_durations_below_and_above_its_bins) {
  times.add(-1ns);
  times.add(1ns);
  times.add(24h);
  CHECK_EQUAL(3, times.snapshot().count);
  DOUBLES_EQUAL(86400e6, times.snapshot().max_us, 1e-3);
}
