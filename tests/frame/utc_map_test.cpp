#include "frame/utc_map.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(UtcMap) { UtcMap map; };

TEST(UtcMap, adds_the_offset_that_was_measured_last) {
  map.set(1'000'000'000'000'000'000, 500, true);
  CHECK_EQUAL(1'000'000'000'000'000'042, map.utc_ns(42));
  map.set(-5, 500, true);
  CHECK_EQUAL(37, map.utc_ns(42));
}

TEST(UtcMap, knows_nothing_before_it_was_measured) {
  CHECK_FALSE(map.synchronised());
  CHECK_EQUAL(UINT64_MAX, map.uncertainty_ns());
}

TEST(UtcMap, says_how_well_utc_is_known) {
  map.set(0, 1500, true);
  CHECK_TRUE(map.synchronised());
  CHECK_EQUAL(1500, map.uncertainty_ns());
}
