#include "cli/pull_display.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(PullDisplay) { PullMeter meter; };

TEST(PullDisplay, a_device_has_a_bar_with_its_name) {
  meter.total = std::uint64_t{2} << 30U;
  meter.done = std::int64_t{1} << 30U;
  STRCMP_EQUAL("left  [############------------]  50 %  1.0 GiB of 2.0 GiB  256.0 MiB/s  0:04 left",
               pull_line("left", meter, 4, 200).c_str());
}

TEST(PullDisplay, cuts_and_waits_are_told) {
  meter.cuts = 2;
  meter.waits = true;
  STRCMP_CONTAINS("waits for the next segment  2 cuts", pull_line("left", meter, 0, 200).c_str());
}

TEST(PullDisplay, a_line_fits_the_terminal) { LONGS_EQUAL(20, pull_line("left", meter, 1, 20).size()); }
