#include "config/plate.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;

TEST_GROUP(Plate){};

TEST(Plate, rows_have_letters_and_columns_numbers) {
  const auto wells = wells_of({.rows = 4, .columns = 6, .last_x_px = 500, .last_y_px = 300, .radius_px = 40});
  CHECK_EQUAL(24, wells.size());
  STRCMP_EQUAL("A1", wells.front().name.c_str());
  STRCMP_EQUAL("B1", wells[6].name.c_str());
  STRCMP_EQUAL("D6", wells.back().name.c_str());
  CHECK(wells[8].circle == (CircleConfig{200, 100, 40}));
}

TEST(Plate, the_row_after_Z_is_AA) {
  STRCMP_EQUAL("Z", row_letters(25).c_str());
  STRCMP_EQUAL("AA", row_letters(26).c_str());
  STRCMP_EQUAL("AF", row_letters(31).c_str());
}

TEST(Plate, centres_are_rounded_to_the_nearest_pixel) {
  const auto wells = wells_of({.rows = 1, .columns = 4, .first_x_px = 10, .last_x_px = 20});
  CHECK_EQUAL(10, wells[0].circle.x_px);
  CHECK_EQUAL(13, wells[1].circle.x_px);  // 13.33
  CHECK_EQUAL(17, wells[2].circle.x_px);  // 16.67
  CHECK_EQUAL(20, wells[3].circle.x_px);
}

TEST(Plate, a_plate_seen_upside_down_begins_at_the_far_corner) {
  const auto wells =
      wells_of({.rows = 3, .columns = 2, .first_x_px = 100, .first_y_px = 90, .last_x_px = 20, .last_y_px = 9});
  CHECK(wells[0].circle == (CircleConfig{100, 90, 0}));
  CHECK(wells[2].circle == (CircleConfig{100, 49, 0}));  // 49.5, halfway: away from the first well
  CHECK(wells[5].circle == (CircleConfig{20, 9, 0}));
}

TEST(Plate, one_row_or_one_column_or_one_well_stays_where_the_first_is) {
  CHECK(wells_of({.rows = 1, .columns = 1, .first_x_px = 7, .first_y_px = 8}).front().circle ==
        (CircleConfig{7, 8, 0}));
  const auto column =
      wells_of({.rows = 3, .columns = 1, .first_x_px = 5, .first_y_px = 0, .last_x_px = 5, .last_y_px = 20});
  CHECK(column[1].circle == (CircleConfig{5, 10, 0}));
}
