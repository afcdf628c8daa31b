#include "daemon/clock_watch.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

class SteppingClock final : public Clock {
 public:
  [[nodiscard]] Nanoseconds monotonic() const override { return monotonic_; }
  [[nodiscard]] Nanoseconds utc() const override { return monotonic_ + offset; }
  void advance(Nanoseconds by) { monotonic_ += by; }

  Nanoseconds offset = 1000h;

 private:
  Nanoseconds monotonic_{0};
};

}  // namespace

TEST_GROUP(ClockWatch) {
  SteppingClock clock;
  UtcMap map;
};

TEST(ClockWatch, a_step_of_utc_is_told_once_with_its_size) {
  ClockWatch watch(clock, map);
  clock.advance(1s);
  clock.offset += 2h;
  const auto step = watch.look({true, 1000});
  CHECK(step.has_value());
  CHECK(*step == 2h);
  CHECK_FALSE(watch.look({true, 1000}).has_value());
}

TEST(ClockWatch, slewing_is_followed_without_a_step) {
  ClockWatch watch(clock, map);
  clock.advance(1s);
  clock.offset += 1ms;
  CHECK_FALSE(watch.look({true, 1000}).has_value());
  CHECK_EQUAL((1000h + 1ms) / 1ns, map.offset_ns());
  CHECK(map.synchronised());
}
