#include "config/fields.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;

TEST_GROUP(Fields) {
  const FieldTable table{
      {.pattern = ""}, {.pattern = "/a"}, {.pattern = "/a/b"}, {.pattern = "/a/b/c"}, {.pattern = "/ab"}};
};

TEST(Fields, children_are_one_level_below) {
  const auto children = children_of(table, "/a");
  CHECK_EQUAL(1, children.size());
  STRCMP_EQUAL("/a/b", children.front()->pattern.c_str());
  CHECK_EQUAL(2, children_of(table, "").size());
}

TEST(Fields, the_name_is_the_last_part) { CHECK(field_at(table, "/a/b/c").name() == "c"); }

TEST(Fields, what_is_expected_reads_like_a_sentence) {
  STRCMP_EQUAL("one of 1, 2, 4", expected({.type = FieldType::integer, .choices = {1, 2, 4}}).c_str());
  STRCMP_EQUAL("one of none, deflate", expected({.type = FieldType::text, .choices = {"none", "deflate"}}).c_str());
  STRCMP_EQUAL("a list from 1 to 16 elements",
               expected({.type = FieldType::list, .minimum = 1, .maximum = 16}).c_str());
  STRCMP_EQUAL("true or false", expected({.type = FieldType::boolean}).c_str());
}
