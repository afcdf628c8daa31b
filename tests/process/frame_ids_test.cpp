#include "process/frame_ids.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(FrameIds){
    static SourceFrame frame(std::optional<std::uint64_t> sequence, Nanoseconds sensor){SourceFrame made;
made.sequence = sequence;
made.sensor = sensor;
return made;
}
}
;

TEST(FrameIds, without_a_sequence_frames_are_counted) {
  FrameIds ids(7, 10);
  CHECK_EQUAL(7, ids.identify(frame({}, 0s)).id);
  CHECK_EQUAL(8, ids.identify(frame({}, 1s)).id);
}

TEST(FrameIds, a_jump_of_the_sequence_is_a_loss_of_the_driver) {
  FrameIds ids(0, 10);
  (void)ids.identify(frame(100, 0s));
  const auto after = ids.identify(frame(104, 400ms));
  CHECK_EQUAL(3, after.missed_before);
  CHECK_EQUAL(4, after.id);
  CHECK_FALSE(after.distrusted);
}

TEST(FrameIds, a_jump_that_time_does_not_allow_is_distrusted) {
  FrameIds ids(0, 30);
  (void)ids.identify(frame(0, 0s));
  const auto nonsense = ids.identify(frame(32559, 33ms));
  CHECK(nonsense.distrusted);
  CHECK_EQUAL(0, nonsense.missed_before);
  CHECK_EQUAL(1, nonsense.id);
}

TEST(FrameIds, a_sequence_that_goes_back_is_distrusted_and_followed_from_there) {
  FrameIds ids(0, 10);
  (void)ids.identify(frame(50, 0s));
  CHECK(ids.identify(frame(0, 100ms)).distrusted);
  CHECK_FALSE(ids.identify(frame(1, 200ms)).distrusted);
  CHECK_EQUAL(3, ids.next_id());
}

TEST(FrameIds, a_restart_leaves_room_for_the_frames_of_the_outage) {
  FrameIds ids(0, 10);
  (void)ids.identify(frame(5, 0s));
  CHECK_EQUAL(25, ids.restarted(2500ms));
  const auto after = ids.identify(frame(0, 3s));
  CHECK_EQUAL(26, after.id);
  CHECK_EQUAL(0, after.missed_before);
  CHECK_FALSE(after.distrusted);
}
