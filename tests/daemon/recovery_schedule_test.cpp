#include "daemon/recovery_schedule.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(RecoverySchedule) {
  static constexpr Nanoseconds start = 1000s;
  RecoverySchedule schedule;
};

TEST(RecoverySchedule, looks_at_the_start_and_then_every_hour) {
  CHECK_TRUE(schedule.due(start, 0));
  schedule.looked(start);
  CHECK_FALSE(schedule.due(start + 1h - 1s, 0));
  CHECK_TRUE(schedule.due(start + 1h, 0));
}

TEST(RecoverySchedule, looks_soon_after_a_segment_was_left_torn) {
  schedule.looked(start);
  CHECK_FALSE(schedule.due(start + 60s, 1));
  CHECK_FALSE(schedule.due(start + 69s, 2));  // a further one puts nothing off
  CHECK_TRUE(schedule.due(start + 70s, 2));
  schedule.looked(start + 70s);
  CHECK_FALSE(schedule.due(start + 90s, 2));
}

TEST(RecoverySchedule, what_was_due_stays_due_until_somebody_looked) {
  schedule.looked(start);
  CHECK_FALSE(schedule.due(start + 1s, 1));
  CHECK_TRUE(schedule.due(start + 11s, 1));
  CHECK_TRUE(schedule.due(start + 500s, 1));
}
