#include "config/suggestion.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;

TEST_GROUP(Suggestion){};

TEST(Suggestion, a_swap_of_neighbours_is_one_edit) {
  CHECK_EQUAL(1, edit_distance("gian", "gain"));
  CHECK_EQUAL(3, edit_distance("kitten", "sitting"));
  CHECK_EQUAL(4, edit_distance("", "gain"));
  CHECK_EQUAL(0, edit_distance("gain", "gain"));
}

TEST(Suggestion, the_nearest_word_is_suggested) {
  CHECK(suggestion("gian", {"pipeline", "gain", "grain"}) == "gain");
  CHECK(suggestion("widht_px", {"height_px", "width_px"}) == "width_px");
}

TEST(Suggestion, a_word_that_is_far_from_all_gets_none) {
  CHECK(!suggestion("correct", {"convert", "source"}));
  CHECK(!suggestion("x", {}));
}

TEST(Suggestion, a_very_long_word_costs_no_time) { CHECK(!suggestion(std::string(1'000'000, 'a'), {"gain"})); }
