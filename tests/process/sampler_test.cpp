#include "process/sampler.hpp"

#include <CppUTest/TestHarness.h>

#include <vector>

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(Sampler){};

TEST(Sampler, without_an_interval_every_frame_is_due) {
  Sampler sampler(std::nullopt);
  for (std::uint64_t i = 0; i < 5; ++i) {
    const auto due = sampler.due(Nanoseconds(i));
    CHECK(due.has_value());
    CHECK_EQUAL(i, due->sample);
    sampler.taken(*due);
  }
}

TEST(Sampler, the_first_frame_at_or_after_each_deadline_is_due) {
  Sampler sampler(1.0);
  std::vector<std::int64_t> taken;
  for (std::int64_t ms = 100; ms < 5000; ms += 300) {
    if (const auto due = sampler.due(std::chrono::milliseconds(ms))) {
      sampler.taken(*due);
      taken.push_back(ms);
    }
  }
  CHECK((taken == std::vector<std::int64_t>{100, 1300, 2200, 3100, 4300}));
}

TEST(Sampler, deadlines_do_not_drift_with_late_frames) {
  Sampler sampler(5.0);
  sampler.taken(*sampler.due(0s));
  const auto late = sampler.due(5900ms);
  sampler.taken(*late);
  CHECK_FALSE(sampler.due(9900ms).has_value());
  CHECK_EQUAL((10s - 0s) / 1ns, sampler.due(10100ms)->deadline_ns);
}

TEST(Sampler, deadlines_that_passed_without_a_frame_are_missed) {
  Sampler sampler(1.0);
  sampler.taken(*sampler.due(0s));
  const auto due = sampler.due(4500ms);
  CHECK_EQUAL(4, due->sample);
  CHECK_EQUAL(3, due->missed_before);
}

TEST(Sampler, a_frame_that_was_refused_leaves_its_deadline_to_the_next) {
  Sampler sampler(1.0);
  CHECK(sampler.due(0s).has_value());
  CHECK_EQUAL(0, sampler.due(100ms)->sample);
}

TEST(Sampler, a_sample_is_over_when_the_next_ones_deadline_has_come) {
  Sampler sampler(1.0);
  sampler.taken(*sampler.due(0s));
  CHECK_EQUAL(1, sampler.over_by(1900ms));
  CHECK_EQUAL(2, sampler.over_by(2000ms));
}
