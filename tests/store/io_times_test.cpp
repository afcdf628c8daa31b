#include "store/io_times.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(IoTimes) { IoTimes times; };

TEST(IoTimes, last_mean_and_longest_are_exact_and_the_99th_percentile_is_a_fifth_too_high_at_most) {
  for (int i = 0; i < 98; ++i) times.add(100us);
  times.add(50ms);
  times.add(200us);
  const IoFigures figures = times.figures();
  CHECK_EQUAL(100, figures.count);
  DOUBLES_EQUAL(200, figures.last_us, 0);
  DOUBLES_EQUAL((98 * 100 + 50000 + 200) / 100.0, figures.mean_us, 1e-9);
  DOUBLES_EQUAL(50000, figures.max_us, 0);
  CHECK(figures.p99_us >= 200 && figures.p99_us <= 200 * 1.19);
}

TEST(IoTimes, a_look_tells_only_of_what_came_after_the_look_before) {
  IoTimes::Looker looker(times);
  times.add(80ms);
  DOUBLES_EQUAL(80000, looker.look().max_us, 0);
  times.add(1ms);
  times.add(3ms);
  const IoFigures since = looker.look();
  CHECK_EQUAL(2, since.count);
  DOUBLES_EQUAL(2000, since.mean_us, 1e-9);
  DOUBLES_EQUAL(3000, since.max_us, 0);
  CHECK_EQUAL(0, looker.look().count);
  DOUBLES_EQUAL(80000, times.figures().max_us, 0);
}
