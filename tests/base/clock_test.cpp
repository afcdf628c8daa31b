#include "base/clock.hpp"

#include <CppUTest/TestHarness.h>

#include <ctime>

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(Clock){};

TEST(Clock, compact_utc_names_a_folder_by_its_second) {
  STRCMP_EQUAL("19700101_000000", compact_utc(0ns).c_str());
  STRCMP_EQUAL("20261121_043320", compact_utc(1795235600s + 999ms).c_str());
}

TEST(Clock, compact_utc_knows_the_leap_day) { STRCMP_EQUAL("20240229_235959", compact_utc(1709251199s).c_str()); }

TEST(Clock, iso_utc_cuts_to_milliseconds) {
  STRCMP_EQUAL("2026-11-21T04:33:20.123Z", iso_utc(1795235600s + 123999us).c_str());
}

TEST(Clock, iso_utc_before_1970_counts_milliseconds_forwards) {
  STRCMP_EQUAL("1969-12-31T23:59:59.999Z", iso_utc(-1ms).c_str());
}

TEST(Clock, compact_utc_before_1970_names_the_second_that_holds_it) {
  STRCMP_EQUAL("19691231_235959", compact_utc(-1ms).c_str());
}

TEST(Clock, system_clock_does_not_run_backwards) {
  const SystemClock clock;
  auto last = clock.monotonic();
  for (int i = 0; i < 1000; ++i) {
    const auto now = clock.monotonic();
    CHECK_TRUE(now >= last);
    last = now;
  }
}

TEST(Clock, system_utc_is_the_time_that_the_c_library_tells) {
  const auto before = std::time(nullptr);
  const auto utc = std::chrono::duration_cast<std::chrono::seconds>(SystemClock().utc()).count();
  CHECK_TRUE(utc >= before - 1);
  CHECK_TRUE(utc <= std::time(nullptr) + 1);
}

TEST(Clock, an_unsynchronised_clock_has_an_unknown_uncertainty) {
  const ClockQuality quality = clock_quality();
  CHECK_EQUAL(quality.synchronised, quality.uncertainty_ns != UINT64_MAX);
}

TEST(Clock, boot_id_stays_the_same) {
  CHECK_TRUE(!boot_id().empty());
  CHECK_TRUE(boot_id() == boot_id());
}
