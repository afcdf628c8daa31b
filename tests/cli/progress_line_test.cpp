#include "cli/progress_line.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

Progress after_ten_seconds() {
  Progress progress;
  progress.delivered = 1234;
  progress.elapsed_s = 10;
  progress.rate_hz = 98.7;
  return progress;
}

}  // namespace

TEST_GROUP(ProgressLine){};

TEST(ProgressLine, without_an_end_it_tells_what_came) {
  CHECK_EQUAL(std::string("10.0 s  1,234 frames  98.7/s  dropped 0"), progress_text(after_ten_seconds()));
}

TEST(ProgressLine, a_recording_has_a_share_and_time_left) {
  auto progress = after_ten_seconds();
  progress.expected = 2468;
  CHECK_EQUAL(std::string("10.0 s  1,234 frames  98.7/s  dropped 0  50 %  0:10 left"), progress_text(progress));
}

TEST(ProgressLine, a_planned_duration_has_them_too) {
  auto progress = after_ten_seconds();
  progress.duration_s = 40;
  progress.dropped = 1000;
  CHECK_EQUAL(std::string("10.0 s  1,234 frames  98.7/s  dropped 1,000  25 %  0:30 left"), progress_text(progress));
}

TEST(ProgressLine, of_two_ends_the_earlier_counts) {
  auto progress = after_ten_seconds();
  progress.duration_s = 40;
  progress.expected = 2468;
  DOUBLES_EQUAL(0.5, share_done(progress).value(), 1e-9);
  DOUBLES_EQUAL(10, seconds_left(progress).value(), 1e-9);
}

TEST(ProgressLine, before_the_first_frames_no_time_is_promised) {
  auto progress = after_ten_seconds();
  progress.delivered = 0;
  progress.expected = 100000;
  CHECK(!seconds_left(progress).has_value());
}

TEST(ProgressLine, more_frames_than_expected_are_all_of_them) {
  auto progress = after_ten_seconds();
  progress.expected = 1000;
  DOUBLES_EQUAL(1, share_done(progress).value(), 1e-9);
  DOUBLES_EQUAL(0, seconds_left(progress).value(), 1e-9);
}
