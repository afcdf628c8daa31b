#include "control/doorkeeper.hpp"

#include <CppUTest/TestHarness.h>

#include <vector>

using namespace tarsier;

TEST_GROUP(Doorkeeper) {
  std::vector<Doorkeeper::Id> dismissed;
  Doorkeeper doors{4, 3, [this](Doorkeeper::Id id) { dismissed.push_back(id); }};
};

TEST(Doorkeeper, one_address_gets_no_more_than_its_share) {
  for (int i = 0; i < 3; ++i) CHECK(doors.enter("10.0.0.1") != 0);
  CHECK_EQUAL(0U, doors.enter("10.0.0.1"));
  CHECK(doors.enter("10.0.0.2") != 0);
  CHECK(dismissed.empty());
}

TEST(Doorkeeper, a_place_that_is_left_is_free_again) {
  const auto first = doors.enter("10.0.0.1");
  for (int i = 0; i < 2; ++i) CHECK(doors.enter("10.0.0.1") != 0);
  doors.leave(first);
  CHECK(doors.enter("10.0.0.1") != 0);
  CHECK_EQUAL(3U, doors.count());
}

TEST(Doorkeeper, a_newcomer_gets_the_oldest_place_of_who_holds_most) {
  CHECK(doors.enter("10.0.0.2") != 0);
  const auto oldest = doors.enter("10.0.0.1");
  for (int i = 0; i < 2; ++i) CHECK(doors.enter("10.0.0.1") != 0);
  CHECK(doors.enter("10.0.0.3") != 0);
  CHECK(dismissed == std::vector{oldest});
}

TEST(Doorkeeper, who_has_shown_a_token_stays) {
  for (int i = 0; i < 3; ++i) doors.prove(doors.enter("10.0.0.1"));
  const auto stranger = doors.enter("10.0.0.2");
  CHECK(doors.enter("10.0.0.3") != 0);
  CHECK(dismissed == std::vector{stranger});
}

TEST(Doorkeeper, a_resting_place_of_many_goes_to_who_has_none) {
  std::vector<Doorkeeper::Id> many;
  for (int i = 0; i < 3; ++i) {
    many.push_back(doors.enter("10.0.0.1"));
    doors.prove(many.back());
  }
  doors.rest(many[0], false);
  doors.prove(doors.enter("10.0.0.2"));
  CHECK(doors.enter("10.0.0.3") != 0);
  CHECK(dismissed == std::vector{many[1]});
}

TEST(Doorkeeper, nobody_who_is_being_served_is_sent_away) {
  for (int i = 0; i < 4; ++i) {
    const auto id = doors.enter("10.0.0." + std::to_string(i / 2));
    doors.prove(id);
    doors.rest(id, false);
  }
  CHECK_EQUAL(0U, doors.enter("10.0.0.9"));
  CHECK(dismissed.empty());
}
