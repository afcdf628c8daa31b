#include "cli/json_values.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(JsonValues) {
  const Json document = {
      {"a", {{"b", 7}, {"text", "x"}, {"list", {1, 2}}, {"half", 0.5}, {"none", nullptr}, {"minus", -1}}}};
};

TEST(JsonValues, what_is_there_is_read) {
  CHECK_EQUAL(7U, count_at(document, "/a/b"));
  CHECK_EQUAL(0.5, number_at(document, "/a/half").value());
  CHECK_EQUAL(std::string("x"), text_at(document, "/a/text"));
  CHECK_EQUAL(3U, sum_at(document, "/a/list"));
}

TEST(JsonValues, what_is_missing_is_the_fallback) {
  CHECK_EQUAL(0U, count_at(document, "/a/c/d"));
  CHECK(!number_at(document, "/x").has_value());
  CHECK_EQUAL(std::string("?"), text_at(document, "/a/list/9", "?"));
  CHECK_EQUAL(0U, sum_at(document, "/a/none"));
}

TEST(JsonValues, what_has_another_type_is_the_fallback) {
  CHECK_EQUAL(0U, count_at(document, "/a/text"));
  CHECK_EQUAL(0U, count_at(document, "/a/minus"));
  CHECK(!number_at(document, "/a/text").has_value());
  CHECK_EQUAL(std::string("?"), text_at(document, "/a/b", "?"));
  CHECK_EQUAL(0U, count_at(Json("text"), "/a"));
  CHECK_EQUAL(0U, count_at(document, "/a/b/c"));
}
