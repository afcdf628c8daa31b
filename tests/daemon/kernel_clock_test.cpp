#include "daemon/kernel_clock.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/timex.h>

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(KernelClock) {
  timex state{};
  const ClockQuality known{true, 2'500'000};
};

TEST(KernelClock, a_clock_that_nobody_sets_has_no_uncertainty) {
  const Json clock = clock_json(ClockQuality{}, state, 0ns);
  CHECK(clock["source"] == "none");
  CHECK(clock["synchronised"] == false);
  CHECK(clock["uncertainty_s"].is_null());
}

TEST(KernelClock, a_time_service_vouches_for_it) {
  state.offset = -1500;
  const Json clock = clock_json(known, state, 1795235600s);
  CHECK(clock["source"] == "time_service");
  CHECK(clock["synchronised"] == true);
  DOUBLES_EQUAL(0.0025, clock["uncertainty_s"].get<double>(), 1e-12);
  DOUBLES_EQUAL(-0.0015, clock["offset_s"].get<double>(), 1e-12);
  CHECK(clock["utc"] == "2026-11-21T04:33:20.000Z");
}

TEST(KernelClock, an_offset_may_be_in_nanoseconds) {
  state.offset = 1500;
  state.status = STA_NANO;
  DOUBLES_EQUAL(1.5e-6, clock_json(known, state, 0ns)["offset_s"].get<double>(), 1e-15);
}

TEST(KernelClock, a_pulse_per_second_is_told) {
  state.status = STA_PPSSIGNAL;
  CHECK(clock_json(known, state, 0ns)["source"] == "pulse");
  CHECK(clock_json(ClockQuality{}, state, 0ns)["source"] == "none");
}

TEST(KernelClock, this_machines_clock_can_be_asked) {
  const Json clock = clock_json(0ns);
  CHECK_EQUAL(clock["synchronised"].get<bool>(), !clock["uncertainty_s"].is_null());
}
