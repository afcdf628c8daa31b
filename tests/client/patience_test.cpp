#include "client/patience.hpp"

#include <CppUTest/TestHarness.h>

#include <cerrno>

using namespace tarsier;

TEST_GROUP(Patience) { const Error cut{"cut", false, ECONNRESET}; };

TEST(Patience, a_cut_is_tried_again_and_a_refusal_is_not) {
  Patience patience(std::chrono::seconds(60), [] { return true; });
  CHECK(patience.again(cut));
  CHECK(!patience.again({"404", false, 0}));
  CHECK(!patience.again({"disk full", false, ENOSPC}));
}

TEST(Patience, it_ends_when_nothing_has_come_for_too_long) {
  Patience patience(std::chrono::seconds(0), [] { return true; });
  CHECK(!patience.again(cut));
}

TEST(Patience, it_ends_at_once_when_nobody_wants_it) {
  Patience patience(std::chrono::seconds(60), [] { return false; });
  CHECK(!patience.again(cut));
  CHECK(!patience.wait(std::chrono::hours(1)));
}
