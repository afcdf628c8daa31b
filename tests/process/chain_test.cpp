#include "process/chain.hpp"

#include <CppUTest/TestHarness.h>

#include "process/camera_intake.hpp"
#include "support/manual_clock.hpp"
#include "support/test_frames.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(Chain) {
  static constexpr ImageSize size{16, 8};
  ManualClock clock;
  UtcMap utc;
  Arena arena = std::move(*Arena::create(mebibytes(1)));
  std::vector<RegionMask> regions{{"left", {}, rectangle_spans(size, 0, 0, 4, 8), 32}};
  CameraChannel channel{"test", arena, ChannelShape{16, size.pixels(), 64, 1, false}};
  IntakeOptions intake_options;
  ChainOptions options;

  void setup() override {
    intake_options.source = size;
    intake_options.frames_per_s = 10;
    intake_options.clock = &clock;
    options.size = size;
    options.nominal_interval_s = 0.1;
    options.frames_kept = false;
    options.segment_duration = 1h;
    options.clock = &clock;
  }
  void sample_every(double interval_s, OnMissing on_missing) {
    intake_options.sampling.interval_s = options.sample_interval_s = interval_s;
    intake_options.sampling.on_missing = options.on_missing = on_missing;
    options.nominal_interval_s = interval_s;
  }
  // Gives frames of these values at these times, then ends the source and lets the chain work to its end.
  void work(const std::vector<std::pair<Nanoseconds, std::uint8_t>>& frames) {
    CameraIntake intake(arena, channel, utc, intake_options);
    for (const auto& [sensor, value] : frames) CHECK(intake.offer(TestFrame(size, value, sensor).source()));
    intake.finish();
    Chain chain(arena, channel, regions, options);
    chain.run();
  }
  const RowEntry& row(std::uint64_t position) { return channel.rows.at(position); }
  std::uint64_t rows() { return channel.rows.cursors().published(); }
};

TEST(Chain, each_pair_is_measured_over_frame_and_region) {
  work({{0ms, 10}, {100ms, 30}, {200ms, 25}});
  CHECK_EQUAL(3, rows());
  CHECK((row(0).row.flags & row_first) != 0);
  CHECK_EQUAL(-1, row(0).row.pair_ns);
  CHECK_EQUAL(20 * 128, row(1).row.abs_diff_sum);
  CHECK_EQUAL(128, row(1).row.changed);
  CHECK_EQUAL(20 * 32, row(1).regions[0].abs_diff_sum);
  CHECK_EQUAL(0, row(2).regions[0].changed);
  CHECK_EQUAL(25 * 25 * 32, row(2).regions[0].sum_sq);
  CHECK_EQUAL(100'000'000, row(2).row.pair_ns);
}

TEST(Chain, a_pair_of_more_than_one_and_a_half_intervals_is_flagged_as_wide) {
  work({{0ms, 10}, {100ms, 10}, {251ms, 10}});
  CHECK_EQUAL(0, row(1).row.flags & row_pair_wide);
  CHECK((row(2).row.flags & row_pair_wide) != 0);
}

TEST(Chain, a_missing_sample_is_stood_in_for_and_neither_pair_is_activity) {
  sample_every(0.1, OnMissing::repeat_last);
  work({{0ms, 10}, {100ms, 10}, {400ms, 50}});
  CHECK_EQUAL(5, rows());
  CHECK((row(2).row.flags & row_repeated) != 0);
  CHECK((row(3).row.flags & row_repeated) != 0);
  CHECK_EQUAL(200'000'000, row(2).row.sensor_ns);
  CHECK_EQUAL(row(1).frame_position, row(3).frame_position);
  for (const std::uint64_t i : {2, 3, 4}) CHECK((row(i).row.flags & no_activity_flags) != 0);
  CHECK_EQUAL(2, channel.ledger.snapshot().repeated);
  CHECK_EQUAL(2, channel.ledger.snapshot().samples.missed);
}

TEST(Chain, samples_after_the_last_frame_are_stood_in_for_at_the_end) {
  sample_every(0.1, OnMissing::repeat_last);
  clock.advance(450ms);  // samples 1 to 3 are over, 4 is still due
  work({{0ms, 10}});
  CHECK_EQUAL(4, rows());
  CHECK_EQUAL(3, channel.ledger.snapshot().samples.missed);
}

TEST(Chain, with_mark_a_missing_sample_is_only_a_gap_row) {
  sample_every(0.1, OnMissing::mark);
  work({{0ms, 10}, {400ms, 50}});
  CHECK_EQUAL(2, rows());
  CHECK((row(1).row.flags & row_pair_wide) != 0);
  CHECK(channel.gaps.pop()->cause == GapCause::no_sample);
}

TEST(Chain, a_segment_ends_at_a_frame_when_its_time_is_over) {
  options.segment_duration = 200ms;
  work({{0ms, 1}, {100ms, 1}, {200ms, 1}, {300ms, 1}, {400ms, 1}});
  CHECK_EQUAL(1, row(1).segment);
  CHECK_EQUAL(2, row(2).segment);
  CHECK_EQUAL(2, row(3).segment);
  CHECK_EQUAL(3, row(4).segment);
}

TEST(Chain, pairs_go_on_across_the_seam_of_two_segments) {
  options.segment_duration = 100ms;
  work({{0ms, 1}, {100ms, 3}});
  CHECK_EQUAL(2, row(1).segment);
  CHECK_EQUAL(2 * 128, row(1).row.abs_diff_sum);
  CHECK_EQUAL(0, row(1).row.flags & no_activity_flags);
}

TEST(Chain, a_wish_to_rotate_is_met_at_the_next_frame_that_is_not_a_segments_first) {
  channel.rotate_requested = true;
  work({{0ms, 1}, {100ms, 1}});
  CHECK_EQUAL(1, row(0).segment);
  CHECK_EQUAL(1, row(1).segment);
  CHECK_FALSE(channel.rotate_requested.load());
}

TEST(Chain, the_pair_across_an_outage_is_not_activity_even_where_no_rate_is_known) {
  options.nominal_interval_s = 0;
  CameraIntake intake(arena, channel, utc, intake_options);
  CHECK(intake.offer(TestFrame(size, 1, 0s).source()));
  intake.restarted(3h);
  CHECK(intake.offer(TestFrame(size, 9, 3h).source()));
  intake.finish();
  Chain chain(arena, channel, regions, options);
  chain.run();
  CHECK((row(1).row.flags & row_pair_wide) != 0);
}
