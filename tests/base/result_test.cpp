#include "base/result.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return misuse("value: is odd; give an even one");
  return value / 2;
}

Result<int> quarter(int value) {
  auto first = half(value);
  if (!first) return unexpected(std::move(first.error()).within("quarter"));
  return half(*first);
}

}  // namespace

TEST_GROUP(Result){};

TEST(Result, holds_the_value_of_what_went_well) { CHECK_EQUAL(3, *quarter(12)); }

TEST(Result, each_level_puts_its_place_before_the_message) {
  STRCMP_EQUAL("quarter: value: is odd; give an even one", quarter(3).error().message.c_str());
}

TEST(Result, tells_wrong_use_from_a_world_that_refuses) {
  CHECK_TRUE(Result<int>(misuse("x")).error().wrong_use);
  CHECK_FALSE(Result<int>(failure("x")).error().wrong_use);
}

TEST(Result, a_place_put_before_keeps_the_kind_of_error) { CHECK_TRUE(quarter(3).error().wrong_use); }
