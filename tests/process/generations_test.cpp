#include <CppUTest/TestHarness.h>

#include <thread>

#include "process/camera_intake.hpp"
#include "process/chain.hpp"
#include "support/manual_clock.hpp"
#include "support/test_frames.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

// Intake and chain of one camera while its rig changes.
TEST_GROUP(Generations) {
  static constexpr ImageSize size{16, 8};
  ManualClock clock;
  UtcMap utc;
  Arena arena = std::move(*Arena::create(mebibytes(1)));
  std::vector<RegionMask> regions{{"left", {}, rectangle_spans(size, 0, 0, 4, 8), 32}};
  const std::vector<RegionMask> halves{{"left", {}, rectangle_spans(size, 0, 0, 8, 8), 64},
                                       {"right", {}, rectangle_spans(size, 8, 0, 8, 8), 64}};
  CameraChannel channel{"test", arena, ChannelShape{16, size.pixels(), 64, 2, false}};
  IntakeOptions intake_options;
  ChainOptions options;
  std::unique_ptr<CameraIntake> intake;
  std::unique_ptr<Chain> chain;

  void setup() override {
    intake_options.source = size;
    intake_options.clock = options.clock = &clock;
    options.size = size;
    options.nominal_interval_s = 0.1;
    options.frames_kept = false;
    options.segment_duration = 1h;
  }
  void sample_every(double interval_s, OnMissing on_missing) {
    intake_options.sampling.interval_s = options.sample_interval_s = interval_s;
    intake_options.sampling.on_missing = options.on_missing = on_missing;
    options.nominal_interval_s = interval_s;
  }
  void begin() {
    intake = std::make_unique<CameraIntake>(arena, channel, utc, intake_options);
    chain = std::make_unique<Chain>(arena, channel, regions, options);
  }
  void give(const std::vector<std::pair<Nanoseconds, std::uint8_t>>& frames) {
    for (const auto& [sensor, value] : frames) CHECK(intake->offer(TestFrame(size, value, sensor).source()));
  }
  ChainChange change_of(const std::vector<RegionMask>& next, std::uint32_t layout) const {
    ChainChange change;
    change.layout = layout;
    change.rules = std::make_shared<const FrameRules>(FrameRules{options.reduce, region_table(next)});
    change.sample_interval_s = options.sample_interval_s;
    change.on_missing = options.on_missing;
    change.nominal_interval_s = options.nominal_interval_s;
    change.segment_duration = options.segment_duration;
    return change;
  }
  std::optional<IntakeChange> apply(std::uint32_t generation, const ChainChange& change, SamplingConfig sampling) {
    chain->change(generation, std::make_shared<const ChainChange>(change));
    return intake->change({generation, sampling});
  }
  void end() {
    intake->finish();
    chain->run();
  }
  const RowEntry& row(std::uint64_t position) { return channel.rows.at(position); }
  std::uint64_t rows() { return channel.rows.cursors().published(); }
};

TEST(Generations, new_regions_begin_a_segment_with_the_next_frame) {
  begin();
  give({{0ms, 10}, {100ms, 30}});
  apply(2, change_of(halves, 2), intake_options.sampling);
  give({{200ms, 25}, {300ms, 25}});
  end();
  CHECK_EQUAL(4, rows());
  CHECK_EQUAL(1, row(1).row.generation);
  CHECK_EQUAL(2, row(2).row.generation);
  CHECK_EQUAL(1, row(1).segment);
  CHECK_EQUAL(2, row(2).segment);
  CHECK_EQUAL(2, row(3).segment);
  CHECK_EQUAL(1, row(1).regions.size());
  CHECK_EQUAL(2, row(2).regions.size());
}

TEST(Generations, the_pair_across_the_seam_is_measured_by_the_new_regions) {
  begin();
  give({{0ms, 10}, {100ms, 30}});
  apply(2, change_of(halves, 2), intake_options.sampling);
  give({{200ms, 25}});
  end();
  CHECK_EQUAL(5 * 128, row(2).row.abs_diff_sum);
  CHECK_EQUAL(5 * 64, row(2).regions[0].abs_diff_sum);
  CHECK_EQUAL(5 * 64, row(2).regions[1].abs_diff_sum);
  CHECK_EQUAL(100'000'000, row(2).row.pair_ns);
  CHECK_EQUAL(0, row(2).row.flags & no_activity_flags);
}

TEST(Generations, one_that_changes_nothing_measured_is_only_a_number_in_the_rows) {
  begin();
  give({{0ms, 10}});
  apply(2, change_of(regions, 1), intake_options.sampling);
  give({{100ms, 10}});
  end();
  CHECK_EQUAL(2, row(1).row.generation);
  CHECK_EQUAL(1, row(1).segment);
}

TEST(Generations, of_two_changes_between_two_frames_the_later_one_acts) {
  begin();
  give({{0ms, 10}});
  CHECK_FALSE(apply(2, change_of(halves, 2), intake_options.sampling).has_value());
  const auto unused = apply(3, change_of(halves, 2), intake_options.sampling);
  CHECK_EQUAL(2, unused->generation);
  give({{100ms, 10}});
  end();
  CHECK_EQUAL(3, row(1).row.generation);
  CHECK_EQUAL(2, row(1).segment);
  CHECK_EQUAL(2, row(1).regions.size());
}

TEST(Generations, another_threshold_counts_from_the_seam_on) {
  begin();
  give({{0ms, 10}, {100ms, 30}});
  ChainChange change = change_of(regions, 2);
  ReduceConfig reduce;
  reduce.changed_threshold = 20;
  change.rules = std::make_shared<const FrameRules>(FrameRules{reduce, region_table(regions)});
  apply(2, change, intake_options.sampling);
  give({{200ms, 10}});
  end();
  CHECK_EQUAL(128, row(1).row.changed);
  CHECK_EQUAL(0, row(2).row.changed);
}

TEST(Generations, another_sampling_interval_begins_with_the_frame_at_which_it_acts) {
  sample_every(0.4, OnMissing::mark);
  begin();
  give({{0ms, 1}, {100ms, 1}, {400ms, 1}, {500ms, 1}});
  ChainChange change = change_of(regions, 2);
  change.sample_interval_s = change.nominal_interval_s = 0.2;
  apply(2, change, {0.2, 1, OnMissing::mark});
  give({{600ms, 1}, {700ms, 1}, {800ms, 1}});
  end();
  CHECK_EQUAL(4, rows());
  CHECK_EQUAL(600'000'000, row(2).row.sensor_ns);
  CHECK_EQUAL(0, row(2).row.residual_ns);
  CHECK_EQUAL(800'000'000, row(3).row.sensor_ns);
  CHECK_EQUAL(2, row(2).row.generation);
  const LedgerCounts counts = channel.ledger.snapshot();
  CHECK_EQUAL(3, counts.skipped.sampled_out);
  CHECK_EQUAL(4, counts.samples.taken);
  CHECK_EQUAL(0, counts.samples.missed);
}

TEST(Generations, across_another_sampling_interval_the_longer_one_says_whether_a_pair_is_wide) {
  sample_every(0.4, OnMissing::mark);
  begin();
  give({{0ms, 1}});
  ChainChange change = change_of(regions, 2);
  change.sample_interval_s = change.nominal_interval_s = 0.1;
  apply(2, change, {0.1, 1, OnMissing::mark});
  give({{400ms, 1}, {800ms, 1}});
  end();
  CHECK_EQUAL(0, row(1).row.flags & no_activity_flags);
  CHECK((row(2).row.flags & row_pair_wide) != 0);
}

TEST(Generations, samples_that_were_missed_before_the_seam_are_stood_in_for) {
  sample_every(0.1, OnMissing::repeat_last);
  begin();
  give({{0ms, 1}, {100ms, 2}});
  ChainChange change = change_of(halves, 2);
  change.sample_interval_s = change.nominal_interval_s = 0.2;
  apply(2, change, {0.2, 1, OnMissing::repeat_last});
  give({{450ms, 3}, {650ms, 4}});
  end();
  CHECK_EQUAL(6, rows());  // samples 2 and 3 are over, the one at 400 ms gives way to the new interval
  for (const std::uint64_t i : {2, 3}) {
    CHECK((row(i).row.flags & row_repeated) != 0);
    CHECK_EQUAL(1, row(i).row.generation);
    CHECK_EQUAL(1, row(i).regions.size());
  }
  CHECK_EQUAL(450'000'000, row(4).row.sensor_ns);
  CHECK_EQUAL(2, row(4).row.generation);
  const LedgerCounts counts = channel.ledger.snapshot();
  CHECK_EQUAL(2, counts.samples.missed);
  CHECK_EQUAL(4, counts.samples.taken);
  CHECK_EQUAL(counts.samples.expected, counts.samples.taken + counts.samples.missed);
}

TEST(Generations, a_mean_that_is_being_gathered_belongs_to_the_generation_before) {
  intake_options.sampling.average = 2;
  begin();
  give({{0ms, 10}});
  apply(2, change_of(halves, 2), intake_options.sampling);
  give({{100ms, 20}, {200ms, 30}, {300ms, 30}});
  end();
  CHECK_EQUAL(2, rows());
  CHECK_EQUAL(1, row(0).row.generation);
  CHECK_EQUAL(15 * 128, row(0).row.sum);
  CHECK_EQUAL(2, row(1).row.generation);
}

TEST(Generations, a_seam_ends_the_interval_of_projections_and_keeps_the_background) {
  options.reduce.projection = ProjectionConfig{60, {ImageKind::mean}};
  options.correct.subtract.emplace().kind = SubtractKind::mean_of_first;
  options.correct.subtract->frames = 1;
  options.correct.offset = 100;
  options.live = false;  // it waits until the images before are taken
  begin();
  give({{0ms, 10}, {100ms, 30}, {200ms, 40}});
  apply(2, change_of(halves, 2), intake_options.sampling);
  give({{300ms, 50}});
  intake->finish();
  std::thread worker([&] { chain->run(); });  // at its end it waits for room for the last images
  std::vector<ImageBatch> batches;
  while (batches.size() < 3) {
    if (const auto batch = channel.images.pop()) batches.push_back(*batch);
  }
  worker.join();
  CHECK_EQUAL(140 * 128, row(3).row.sum);
  CHECK_EQUAL(0, row(3).row.flags & row_uncorrected);
  CHECK_FALSE(batches[0].is_projection());  // the maps of the correction
  CHECK_EQUAL(1, batches[1].segment);
  CHECK_EQUAL(2, batches[1].projection.count);
  CHECK_EQUAL(2, batches[1].projection.last_id);
  CHECK_EQUAL(2, batches[2].segment);
  CHECK_EQUAL(3, batches[2].projection.first_id);
}
