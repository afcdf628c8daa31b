#include "cli/sparkline.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(Sparkline){};

TEST(Sparkline, the_newest_value_stands_at_the_right) {
  STRCMP_EQUAL("  ▁█▅", sparkline({0, 8, 4}, 8, 5, true).c_str());
  STRCMP_EQUAL("█▅", sparkline({0, 8, 4}, 8, 2, true).c_str());
}

TEST(Sparkline, what_is_unknown_is_a_blank_and_no_rest) {
  STRCMP_EQUAL("▁ █", sparkline({0, std::nullopt, 1}, 1, 3, true).c_str());
}

TEST(Sparkline, ascii_terminals_see_it_too) { STRCMP_EQUAL(".@+", sparkline({0, 8, 4}, 8, 3, false).c_str()); }

TEST(Sparkline, nothing_moved_is_a_flat_line) { STRCMP_EQUAL("▁▁", sparkline({0, 0}, 0, 2, true).c_str()); }

TEST(Sparkline, a_gauge_shows_the_least_share) {
  STRCMP_EQUAL("█░░░", gauge(0.01, 4, true).c_str());
  STRCMP_EQUAL("----", gauge(0, 4, false).c_str());
  STRCMP_EQUAL("####", gauge(7, 4, false).c_str());
}

TEST(Sparkline, rough_numbers_have_three_digits) {
  STRCMP_EQUAL("0", rough(0).c_str());
  STRCMP_EQUAL("950", rough(950).c_str());
  STRCMP_EQUAL("1 k", rough(999.9).c_str());
  STRCMP_EQUAL("12.3 k", rough(12345).c_str());
  STRCMP_EQUAL("4.56 M", rough(4560000).c_str());
}
