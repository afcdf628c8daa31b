#include "store/storage_trend.hpp"

#include "CppUTest/TestHarness.h"
#include "support/manual_clock.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(StorageTrend) {
  ManualClock clock;
  IoTimes writes, syncs, seals;
  StorageTrend trend{writes, syncs, seals};
  Arena arena = *Arena::create(kibibytes(64));
  FixedList<StorageRow> rows{arena, 8};
  std::uint64_t next = 0;

  void setup() override {
    clock.advance(1s);
    trend.look(clock, false);
  }
  void look_after(Nanoseconds time, bool at_last = false) {
    clock.advance(time);
    trend.look(clock, at_last);
    trend.take(next, rows);
  }
};

TEST(StorageTrend, a_minute_makes_a_row_of_each_operation_that_happened) {
  writes.add(1ms);
  writes.add(3ms);
  syncs.add(8ms);
  look_after(59s);
  CHECK_EQUAL(0, rows.values().size());
  look_after(1s);
  CHECK_EQUAL(2, rows.values().size());
  const StorageRow& write = rows.values()[0];
  CHECK(write.operation == StorageOperation::write && write.utc_ns == clock.utc().count());
  CHECK_EQUAL(2, write.count);
  DOUBLES_EQUAL(2000, write.mean_us, 0);
  DOUBLES_EQUAL(3000, write.max_us, 0);
  CHECK(rows.values()[1].operation == StorageOperation::sync);
}

TEST(StorageTrend, each_row_tells_of_its_own_time_alone) {
  syncs.add(900ms);
  look_after(60s);
  syncs.add(1ms);
  look_after(60s);
  CHECK_EQUAL(2, rows.values().size());
  CHECK_EQUAL(1, rows.values()[1].count);
  DOUBLES_EQUAL(1000, rows.values()[1].max_us, 0);
}

TEST(StorageTrend, the_end_of_a_segment_makes_rows_at_once) {
  seals.add(2s);
  look_after(1s, true);
  CHECK_EQUAL(1, rows.values().size());
  CHECK(rows.values()[0].operation == StorageOperation::seal);
  look_after(59s);
  CHECK_EQUAL(1, rows.values().size());
}

TEST(StorageTrend, whoever_reads_late_gets_the_newest) {
  for (int minute = 0; minute < 40; ++minute) {
    writes.add(1ms);
    clock.advance(60s);
    trend.look(clock, false);
  }
  trend.take(next, rows);
  CHECK_EQUAL(8, rows.values().size());
  CHECK_EQUAL(16, next);
}
