#include "process/camera_intake.hpp"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <vector>

#include "support/manual_clock.hpp"
#include "support/test_frames.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

// Pixels of a recording: every one is `value`, or they can't be read.
class Pending final : public PendingPixels {
 public:
  Pending(ImageSize size, int value, bool readable) : pixels_(size.pixels(), std::byte(value)), readable_(readable) {}
  bool read_into(std::span<std::byte> pixels) override {
    ++into;
    std::copy(pixels_.begin(), pixels_.end(), pixels.begin());
    return readable_;
  }
  const std::byte* read() override { return readable_ ? pixels_.data() : nullptr; }
  SourceFrame frame(ImageSize size, Nanoseconds sensor) {
    SourceFrame made;
    made.view.width_px = size.width_px;
    made.view.height_px = size.height_px;
    made.view.planes[0].stride_bytes = size.width_px;
    made.pending = this;
    made.sensor = sensor;
    return made;
  }
  int into = 0;

 private:
  std::vector<std::byte> pixels_;
  const bool readable_;
};

}  // namespace

TEST_GROUP(CameraIntake) {
  static constexpr ImageSize size{16, 8};
  ManualClock clock;
  UtcMap utc;
  Arena arena = std::move(*Arena::create(mebibytes(1)));

  IntakeOptions options() const {
    IntakeOptions made;
    made.source = size;
    made.frames_per_s = 10;
    made.clock = &clock;
    return made;
  }
  std::unique_ptr<CameraChannel> channel(std::uint64_t slots) {
    return std::make_unique<CameraChannel>("test", arena, ChannelShape{slots, size.pixels(), 64, 0, false});
  }
};

TEST(CameraIntake, every_frame_goes_into_a_slot_with_its_id_and_time) {
  auto link = channel(8);
  CameraIntake intake(arena, *link, utc, options());
  for (int i = 0; i < 3; ++i) {
    const TestFrame frame(size, static_cast<std::uint8_t>(i), i * 100ms);
    CHECK(intake.offer(frame.source()));
  }
  CHECK_EQUAL(3, link->frames.cursors().published());
  CHECK_EQUAL(2, link->frames.at(2).header.frame_id);
  CHECK_EQUAL(200'000'000, link->frames.at(2).header.sensor_ns);
  CHECK_EQUAL(2, static_cast<int>(link->frames.at(2).pixels[5]));
}

TEST(CameraIntake, a_full_ring_refuses_counts_and_writes_one_gap) {
  auto link = channel(4);
  CameraIntake intake(arena, *link, utc, options());
  for (int i = 0; i < 7; ++i) CHECK(intake.offer(TestFrame(size, 1, i * 100ms).source()));
  CHECK_EQUAL(3, link->ledger.snapshot().dropped.ring_full);
  link->frames.cursors().release(chain_reader, 1);
  CHECK(intake.offer(TestFrame(size, 1, 700ms).source()));
  const auto gap = link->gaps.pop();
  CHECK(gap->cause == GapCause::ring_full);
  CHECK_EQUAL(4, gap->first_id);
  CHECK_EQUAL(6, gap->last_id);
  CHECK_FALSE(link->gaps.pop().has_value());
}

TEST(CameraIntake, lost_frames_of_the_driver_are_missed_and_a_gap) {
  auto link = channel(4);
  CameraIntake intake(arena, *link, utc, options());
  CHECK(intake.offer(TestFrame(size, 1, 0ms, 10).source()));
  CHECK(intake.offer(TestFrame(size, 1, 300ms, 13).source()));
  CHECK_EQUAL(2, link->ledger.snapshot().missed.driver);
  const auto gap = link->gaps.pop();
  CHECK(gap->cause == GapCause::driver);
  CHECK_EQUAL(1, gap->first_id);
  CHECK_EQUAL(2, gap->last_id);
}

TEST(CameraIntake, sampling_takes_one_frame_an_interval_and_counts_the_others) {
  auto link = channel(16);
  auto sampled = options();
  sampled.sampling.interval_s = 0.5;
  CameraIntake intake(arena, *link, utc, sampled);
  for (int i = 0; i < 20; ++i) CHECK(intake.offer(TestFrame(size, 1, i * 100ms).source()));
  const LedgerCounts counts = link->ledger.snapshot();
  CHECK_EQUAL(4, link->frames.cursors().published());
  CHECK_EQUAL(16, counts.skipped.sampled_out);
  CHECK_EQUAL(4, counts.samples.taken);
  CHECK_EQUAL(4, counts.samples.expected);
}

TEST(CameraIntake, an_average_is_the_rounded_mean_and_its_parts_are_counted) {
  auto link = channel(8);
  auto averaged = options();
  averaged.sampling.average = 3;
  CameraIntake intake(arena, *link, utc, averaged);
  for (int i = 0; i < 3; ++i)
    CHECK(intake.offer(TestFrame(size, static_cast<std::uint8_t>(10 + i * i), i * 100ms).source()));
  CHECK_EQUAL(1, link->frames.cursors().published());
  CHECK_EQUAL(12, static_cast<int>(link->frames.at(0).pixels[0]));  // (10 + 11 + 14) / 3 = 11.67
  CHECK_EQUAL(2, link->ledger.snapshot().skipped.averaged);
  CHECK_EQUAL(100'000'000, link->frames.at(0).header.sensor_ns);
  CHECK((link->frames.at(0).header.flags & row_averaged) != 0);
}

TEST(CameraIntake, a_corrupted_frame_is_dropped_and_told) {
  auto link = channel(4);
  CameraIntake intake(arena, *link, utc, options());
  const TestFrame whole(size, 1, 0ms);
  SourceFrame damaged = whole.source();
  damaged.corrupted = true;
  CHECK(intake.offer(damaged));
  CHECK_EQUAL(1, link->ledger.snapshot().dropped.corrupted);
  intake.finish();
  CHECK(link->gaps.pop()->cause == GapCause::corrupted);
}

TEST(CameraIntake, an_outage_is_an_estimated_gap) {
  auto link = channel(4);
  CameraIntake intake(arena, *link, utc, options());
  CHECK(intake.offer(TestFrame(size, 1, 0ms).source()));
  clock.advance(2s);
  intake.restarted(1s);
  CHECK(intake.offer(TestFrame(size, 1, 2s).source()));
  const auto gap = link->gaps.pop();
  CHECK(gap->cause == GapCause::restart);
  CHECK(gap->estimated);
  CHECK_EQUAL(10, link->ledger.snapshot().missed.restart);
  CHECK_EQUAL(11, link->frames.at(1).header.frame_id);
  CHECK((link->frames.at(1).header.flags & row_after_restart) != 0);
}

TEST(CameraIntake, after_drain_frames_count_as_shutdown_and_the_source_may_stop) {
  auto link = channel(4);
  auto waiting = options();
  waiting.lossless = true;
  CameraIntake intake(arena, *link, utc, waiting);
  intake.drain();
  CHECK_FALSE(intake.offer(TestFrame(size, 1, 0ms).source()));
  CHECK_EQUAL(1, link->ledger.snapshot().dropped.shutdown);
}

TEST(CameraIntake, superpixels_of_a_source_that_is_no_mosaic_are_dropped_as_failed) {
  auto link = channel(4);
  IntakeOptions with_superpixels = options();
  with_superpixels.convert.bayer = BayerMethod::superpixel;
  CameraIntake intake(arena, *link, utc, with_superpixels);
  CHECK(intake.offer(TestFrame(size, 1, 0ms).source()));
  CHECK_EQUAL(1, link->ledger.snapshot().dropped.failed);
}

TEST(CameraIntake, a_frame_of_another_size_is_dropped_as_failed) {
  auto link = channel(4);
  CameraIntake intake(arena, *link, utc, options());
  CHECK(intake.offer(TestFrame({8, 8}, 1, 0ms).source()));
  CHECK_EQUAL(1, link->ledger.snapshot().dropped.failed);
}

TEST(CameraIntake, pending_pixels_that_stay_as_they_are_go_straight_into_their_slot) {
  auto link = channel(4);
  CameraIntake intake(arena, *link, utc, options());
  Pending pending(size, 77, true);
  CHECK(intake.offer(pending.frame(size, 0ms)));
  CHECK_EQUAL(1, pending.into);
  CHECK_EQUAL(77, static_cast<int>(link->frames.at(0).pixels[5]));
}

TEST(CameraIntake, pending_pixels_are_converted_where_the_rig_asks_for_it) {
  const std::initializer_list<void (*)(ConvertConfig&)> asked = {
      [](ConvertConfig& convert) { convert.rotate_deg = 180; },
      [](ConvertConfig& convert) { convert.flip = Flip::vertical; }, [](ConvertConfig& convert) { convert.bin = 2; },
      [](ConvertConfig& convert) {
        convert.crop = CropConfig{1, 0, 4, 4};
      }};
  for (const auto& ask : asked) {
    auto made = options();
    ask(made.convert);
    auto link = channel(4);
    CameraIntake intake(arena, *link, utc, made);
    Pending pending(size, 77, true);
    CHECK(intake.offer(pending.frame(size, 0ms)));
    CHECK_EQUAL(0, pending.into);
    CHECK_EQUAL(77, static_cast<int>(link->frames.at(0).pixels[1]));
  }
}

TEST(CameraIntake, pending_pixels_that_cannot_be_read_are_a_corrupted_frame_and_a_gap) {
  for (const std::uint32_t turned : {0U, 180U}) {
    auto link = channel(4);
    auto made = options();
    made.convert.rotate_deg = turned;
    CameraIntake intake(arena, *link, utc, made);
    Pending good(size, 1, true), bad(size, 2, false);
    CHECK(intake.offer(good.frame(size, 0ms)));
    CHECK(intake.offer(bad.frame(size, 100ms)));
    CHECK(intake.offer(good.frame(size, 200ms)));
    CHECK_EQUAL(2, link->frames.cursors().published());
    CHECK_EQUAL(1, link->ledger.snapshot().dropped.corrupted);
    CHECK_EQUAL(2, link->frames.at(1).header.frame_id);
    const auto gap = link->gaps.pop();
    CHECK(gap->cause == GapCause::corrupted);
    CHECK_EQUAL(1, gap->first_id);
    CHECK_EQUAL(1, gap->last_id);
  }
}

TEST(CameraIntake, of_an_average_only_the_frames_that_can_be_read_count) {
  auto link = channel(4);
  auto made = options();
  made.sampling.average = 2;
  CameraIntake intake(arena, *link, utc, made);
  Pending low(size, 10, true), bad(size, 99, false), high(size, 20, true);
  CHECK(intake.offer(low.frame(size, 0ms)));
  CHECK(intake.offer(bad.frame(size, 100ms)));
  CHECK(intake.offer(high.frame(size, 200ms)));
  CHECK_EQUAL(1, link->frames.cursors().published());
  CHECK_EQUAL(15, static_cast<int>(link->frames.at(0).pixels[0]));
  CHECK_EQUAL(1, link->ledger.snapshot().dropped.corrupted);
}
