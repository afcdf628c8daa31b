#include "cli/jobs_display.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

JobsProgress half_of_two() {
  JobsProgress progress;
  progress.jobs = 2;
  progress.elapsed_s = 10;
  for (const char* title : {"a", "b"}) {
    JobsProgress::Running job{title, {}};
    job.progress.delivered = 500;
    job.progress.expected = 1000;
    progress.running.push_back(job);
  }
  return progress;
}

}  // namespace

TEST_GROUP(JobsDisplay){};

TEST(JobsDisplay, the_overall_line_adds_the_jobs_up) {
  CHECK_EQUAL(std::string("0 of 2 done  1,000 frames  100/s  0:10 left"), overall_text(half_of_two()));
}

TEST(JobsDisplay, jobs_that_have_ended_count_with_their_frames) {
  auto progress = half_of_two();
  progress.running.pop_back();
  progress.ended = 1;
  progress.ended_frames = 1000;
  CHECK_EQUAL(std::string("1 of 2 done  1,500 frames  150/s  0:04 left"), overall_text(progress));
}

TEST(JobsDisplay, jobs_that_have_not_begun_count_as_the_others_on_average) {
  auto progress = half_of_two();
  progress.jobs = 4;
  DOUBLES_EQUAL(30, overall_seconds_left(progress).value(), 1e-9);
}

TEST(JobsDisplay, no_time_is_promised_while_a_jobs_length_is_unknown_or_nothing_moves) {
  auto progress = half_of_two();
  progress.running[0].progress.expected.reset();
  CHECK_FALSE(overall_seconds_left(progress).has_value());
  progress = half_of_two();
  for (auto& job : progress.running) job.progress.delivered = 0;
  CHECK_FALSE(overall_seconds_left(progress).has_value());
}

TEST(JobsDisplay, a_job_with_more_frames_than_expected_is_done) {
  auto progress = half_of_two();
  for (auto& job : progress.running) job.progress.delivered = 1100;
  DOUBLES_EQUAL(0, overall_seconds_left(progress).value(), 1e-9);
}
