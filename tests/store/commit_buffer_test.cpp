#include "store/commit_buffer.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(CommitBuffer) {
  Arena arena = *Arena::create(mebibytes(1));
  CommitBuffer buffer{arena, 8, 0};
};

TEST(CommitBuffer, projections_that_are_lost_with_their_segment_leave_an_event) {
  CHECK(buffer.projections.push({3, 9, 7, 100, 200, 0}));
  buffer.forget_frames();
  CHECK(buffer.projections.empty());
  const auto events = buffer.events.values();
  CHECK_EQUAL(1, events.size());
  CHECK(events[0].kind == EventKind::storage);
  CHECK_EQUAL(3, events[0].first_id);
  CHECK_EQUAL(9, events[0].last_id);
  CHECK_EQUAL(200, events[0].utc_ns);
  DOUBLES_EQUAL(7, events[0].value, 0);
}

TEST(CommitBuffer, frames_that_are_lost_with_their_segment_are_rows_that_say_so_and_a_gap) {
  Row row;
  row.frame_id = 5;
  row.stored_index = 2;
  buffer.add_row(row, {}, &LedgerCounts::stored);
  buffer.forget_frames();
  CHECK_EQUAL(-1, buffer.rows()[0].stored_index);
  CHECK((buffer.rows()[0].flags & row_not_stored) != 0);
  CHECK_EQUAL(5, buffer.gaps.values()[0].first_id);
  CHECK(buffer.gaps.values()[0].cause == GapCause::failed);
  Ledger ledger;
  buffer.count(ledger);
  CHECK_EQUAL(1, ledger.snapshot().dropped.failed);
  CHECK_EQUAL(0, ledger.snapshot().stored);
}
