#include "base/handover.hpp"

#include <CppUTest/TestHarness.h>

#include <thread>

using namespace tarsier;

TEST_GROUP(Handover) { Handover<int> handover; };

TEST(Handover, a_value_is_taken_once) {
  CHECK_FALSE(handover.take().has_value());
  CHECK_FALSE(handover.put(7).has_value());
  CHECK_EQUAL(7, *handover.take());
  CHECK_FALSE(handover.take().has_value());
}

TEST(Handover, a_value_that_nobody_took_comes_back_when_another_takes_its_place) {
  CHECK_FALSE(handover.put(7).has_value());
  CHECK_EQUAL(7, *handover.put(8));
  CHECK_EQUAL(8, *handover.take());
}

TEST(Handover, every_value_is_either_taken_or_given_back) {
  constexpr int last = 20'000;
  std::int64_t back = 0, taken = 0;
  std::thread writer([&] {
    for (int value = 1; value <= last; ++value) back += handover.put(value).value_or(0);
  });
  int newest = 0;
  while (newest != last) {
    const auto value = handover.take();
    if (!value) continue;
    CHECK(*value > newest);
    newest = *value;
    taken += newest;
  }
  writer.join();
  CHECK_EQUAL(std::int64_t{last} * (last + 1) / 2, back + taken);
}
