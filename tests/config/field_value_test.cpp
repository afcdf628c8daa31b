#include "config/field_value.hpp"

#include <limits>

#include "CppUTest/TestHarness.h"

using namespace tarsier;

TEST_GROUP(FieldValue) {
  const Field integer{.type = FieldType::integer, .unit = "frames", .minimum = 4, .maximum = 4096};
  const Field number{.type = FieldType::number, .unit = "s", .above = 0, .maximum = 10};
  const Field text{.type = FieldType::text, .minimum = 1, .maximum = 4};
};

TEST(FieldValue, an_integer_may_be_written_with_a_fraction_of_zero) {
  CHECK(accepted(integer, Json(10.0)) == Json(10));
  CHECK(accepted(integer, Json(10.0))->is_number_integer());
  CHECK(!accepted(integer, Json(10.5)));
}

TEST(FieldValue, the_ends_of_a_range_belong_to_it_and_an_open_end_does_not) {
  CHECK(accepted(integer, Json(4)) && accepted(integer, Json(4096)));
  CHECK(!accepted(integer, Json(3)) && !accepted(integer, Json(4097)));
  CHECK(!accepted(number, Json(0)) && accepted(number, Json(1e-9)) && accepted(number, Json(10)));
}

TEST(FieldValue, numbers_that_are_not_finite_are_refused) {
  const Field any_number{.type = FieldType::number};
  CHECK(!accepted(any_number, Json(std::numeric_limits<double>::quiet_NaN())));
  CHECK(!accepted(any_number, Json(std::numeric_limits<double>::infinity())));
}

TEST(FieldValue, a_number_in_quotes_a_truth_value_and_null_are_not_numbers) {
  CHECK(!accepted(integer, Json("10")) && !accepted(integer, Json(true)) && !accepted(integer, Json()));
}

TEST(FieldValue, characters_are_counted_not_bytes) {
  CHECK(accepted(text, Json("äöüß")).has_value());
  CHECK(!accepted(text, Json("abcde")) && !accepted(text, Json("")));
}

TEST(FieldValue, a_text_with_a_control_character_is_refused) {
  CHECK(!accepted(text, Json("a\nb")));
  CHECK(!accepted(Field{.type = FieldType::path}, Json(std::string("a\0b", 3))));
}

TEST(FieldValue, an_empty_path_is_refused) { CHECK(!accepted(Field{.type = FieldType::path}, Json(""))); }

TEST(FieldValue, a_refusal_says_the_value_and_what_is_allowed) {
  STRCMP_EQUAL("2 is not allowed; expected an integer from 4 to 4096 frames", refusal(integer, Json(2)).c_str());
  STRCMP_EQUAL("\"x\" is not allowed; expected a number above 0, up to 10 s", refusal(number, Json("x")).c_str());
}

TEST(FieldValue, a_long_value_is_cut_between_characters) {
  const std::string text_of_many = shown(Json(std::string(100, 'a') + "ä"));
  CHECK_EQUAL(63, text_of_many.size());
  STRCMP_EQUAL("\"ääää...", shown(Json("ääääääääääääääääääääääääääääääääää")).substr(0, 9).append("...").c_str());
}
