#include "daemon/rollback_watch.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(RollbackWatch) {
  RollbackWatch watch;
  static std::vector<Delivery> came(std::uint64_t frames, Nanoseconds last) { return {{"cam", frames, last}}; }
};

TEST(RollbackWatch, a_camera_that_falls_silent_after_a_change_is_named_once) {
  watch.changed(came(100, 9s), 10s, 30s);
  CHECK_FALSE(watch.look(came(100, 9s), 39s).has_value());
  STRCMP_EQUAL("cam", watch.look(came(100, 9s), 40s).value_or("").c_str());
  CHECK_FALSE(watch.look(came(100, 9s), 50s).has_value());
}

TEST(RollbackWatch, one_frame_after_the_change_is_enough) {
  watch.changed(came(100, 9s), 10s, 30s);
  CHECK_FALSE(watch.look(came(101, 20s), 20s).has_value());
  CHECK_FALSE(watch.look(came(101, 20s), 60s).has_value());
}

TEST(RollbackWatch, a_camera_that_was_silent_before_is_not_waited_for) {
  watch.changed(came(100, 9s), 50s, 30s);
  CHECK_FALSE(watch.look(came(100, 9s), 100s).has_value());
  watch.changed(came(0, 0s), 50s, 30s);
  CHECK_FALSE(watch.look(came(0, 0s), 100s).has_value());
}

TEST(RollbackWatch, one_silent_camera_of_two_is_enough) {
  const std::vector<Delivery> before{{"a", 5, 9s}, {"b", 7, 9s}};
  const std::vector<Delivery> after{{"a", 9, 12s}, {"b", 7, 9s}};
  watch.changed(before, 10s, 30s);
  STRCMP_EQUAL("b", watch.look(after, 41s).value_or("").c_str());
}
