#include "replay/replay_source.hpp"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

using namespace tarsier;

namespace {

// Frame i is filled with i; some can't be read.
class CountingRecording final : public Recording {
 public:
  CountingRecording(std::uint64_t frames, std::vector<std::uint64_t> broken) : broken_(std::move(broken)) {
    facts_.size = {4, 2};
    facts_.frames = frames;
    facts_.frame_interval_s = 0.5;
  }
  Result<void> read(std::uint64_t index, std::span<std::byte> pixels) override {
    ++reads;
    if (std::find(broken_.begin(), broken_.end(), index) != broken_.end()) return failure("scratched");
    std::memset(pixels.data(), static_cast<int>(index), pixels.size());
    return {};
  }
  std::uint64_t reads = 0;

 private:
  const std::vector<std::uint64_t> broken_;
};

// Takes every frame or every second one, by read() or read_into().
class TakingIntake final : public Intake {
 public:
  bool offer(const SourceFrame& frame) override {
    sequences.push_back(*frame.sequence);
    times.push_back(frame.sensor.count());
    if (sequences.size() % every != 0) return sequences.size() < limit;
    std::vector<std::byte> pixels(8);
    if (in_place ? !frame.pending->read_into(pixels) : !copy(frame, pixels)) {
      broken.push_back(*frame.sequence);
    } else {
      values.push_back(std::to_integer<int>(pixels[7]));
    }
    return sequences.size() < limit;
  }
  void restarted(Nanoseconds) override {}
  void finish() override {}

  std::size_t every = 1;
  std::size_t limit = SIZE_MAX;
  bool in_place = true;
  std::vector<std::uint64_t> sequences, broken;
  std::vector<std::int64_t> times;
  std::vector<int> values;

 private:
  static bool copy(const SourceFrame& frame, std::vector<std::byte>& pixels) {
    const std::byte* data = frame.pending->read();
    if (data == nullptr) return false;
    std::memcpy(pixels.data(), data, pixels.size());
    return true;
  }
};

}  // namespace

TEST_GROUP(ReplaySource) {
  TakingIntake intake;
  CountingRecording* recording = nullptr;
  std::atomic<int> ends{0};

  std::unique_ptr<ReplaySource> source_of(std::uint64_t frames, std::vector<std::uint64_t> broken = {}) {
    auto made = std::make_unique<CountingRecording>(frames, std::move(broken));
    recording = made.get();
    return std::make_unique<ReplaySource>("mouse", std::move(made), intake, [this] { ++ends; });
  }
  static void replay(ReplaySource & source) {
    CHECK(source.start().has_value());
    while (!source.ended()) std::this_thread::yield();
    source.stop();
  }
};

TEST(ReplaySource, every_frame_is_offered_in_order_with_its_time) {
  const auto source = source_of(4);
  replay(*source);
  CHECK(intake.sequences == (std::vector<std::uint64_t>{0, 1, 2, 3}));
  CHECK(intake.times == (std::vector<std::int64_t>{0, 500'000'000, 1'000'000'000, 1'500'000'000}));
  CHECK(intake.values == (std::vector<int>{0, 1, 2, 3}));
  CHECK_EQUAL(0U, source->unreadable());
  CHECK(source->error().empty());
}

TEST(ReplaySource, the_end_is_told_once) {
  const auto source = source_of(4);
  replay(*source);
  source->stop();
  CHECK_EQUAL(1, ends.load());
}

TEST(ReplaySource, a_frame_that_is_to_be_converted_is_read_into_the_sources_memory) {
  intake.in_place = false;
  replay(*source_of(3));
  CHECK(intake.values == (std::vector<int>{0, 1, 2}));
}

TEST(ReplaySource, a_frame_that_nobody_takes_is_never_read) {
  intake.every = 2;
  const auto source = source_of(10);
  replay(*source);
  CHECK_EQUAL(5U, recording->reads);
}

TEST(ReplaySource, frames_that_cannot_be_read_are_counted_named_and_passed_over) {
  for (const bool in_place : {true, false}) {
    intake = TakingIntake();
    intake.in_place = in_place;
    const auto source = source_of(6, {2, 3});
    replay(*source);
    CHECK(intake.broken == (std::vector<std::uint64_t>{2, 3}));
    CHECK(intake.values == (std::vector<int>{0, 1, 4, 5}));
    CHECK_EQUAL(2U, source->unreadable());
    STRCMP_EQUAL("frame 3: scratched; it is a gap", source->error().c_str());
  }
}

TEST(ReplaySource, stops_when_no_more_frames_are_wanted) {
  intake.limit = 3;
  replay(*source_of(10));
  CHECK_EQUAL(3U, intake.sequences.size());
}

TEST(ReplaySource, a_source_that_was_never_started_ends_quietly) {
  source_of(10)->stop();
  CHECK(intake.sequences.empty());
}
