#include "process/gap_log.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(GapLog){static Gap gap(std::uint64_t first, std::uint64_t last, GapCause cause){
    return {first, last, cause, false, static_cast<std::int64_t>(first), static_cast<std::int64_t>(last)};
}
}
;

TEST(GapLog, neighbouring_frames_of_one_cause_are_one_gap) {
  SpscQueue<Gap> queue(8);
  GapLog gaps(queue);
  gaps.add(gap(4, 4, GapCause::ring_full));
  CHECK(gaps.began());
  gaps.add(gap(5, 5, GapCause::ring_full));
  CHECK_FALSE(gaps.began());
  gaps.close();
  const auto row = queue.pop();
  CHECK_EQUAL(4, row->first_id);
  CHECK_EQUAL(5, row->last_id);
  CHECK_FALSE(queue.pop().has_value());
}

TEST(GapLog, another_cause_begins_another_gap) {
  SpscQueue<Gap> queue(8);
  GapLog gaps(queue);
  gaps.add(gap(4, 4, GapCause::ring_full));
  gaps.add(gap(5, 5, GapCause::corrupted));
  gaps.close();
  CHECK(queue.pop()->cause == GapCause::ring_full);
  CHECK(queue.pop()->cause == GapCause::corrupted);
}

TEST(GapLog, when_the_queue_is_full_gaps_flow_together_and_say_so) {
  SpscQueue<Gap> queue(1);
  GapLog gaps(queue);
  gaps.add(gap(1, 1, GapCause::ring_full));
  gaps.close();
  gaps.add(gap(3, 3, GapCause::ring_full));
  gaps.close();
  gaps.add(gap(9, 9, GapCause::ring_full));
  CHECK_EQUAL(1, queue.pop()->first_id);
  gaps.close();
  const auto merged = queue.pop();
  CHECK_EQUAL(3, merged->first_id);
  CHECK_EQUAL(9, merged->last_id);
  CHECK(merged->estimated);
}

TEST(GapLog, an_episode_of_days_is_told_in_pieces) {
  SpscQueue<Gap> queue(8);
  GapLog gaps(queue);
  constexpr std::int64_t second = 1'000'000'000;
  for (std::uint64_t id = 0; id < 150; ++id) {
    const auto now = static_cast<std::int64_t>(id) * second;
    gaps.add({id, id, GapCause::corrupted, false, now, now});
  }
  CHECK_EQUAL(59, queue.pop()->last_id);
  CHECK_EQUAL(60, queue.pop()->first_id);
  CHECK_FALSE(queue.pop().has_value());
}
