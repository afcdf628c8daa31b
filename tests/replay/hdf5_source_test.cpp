#include "replay/hdf5_source.hpp"

#include <CppUTest/TestHarness.h>

#include <cmath>
#include <cstring>
#include <thread>

#include "replay/recording_file.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

// Keeps all that is offered; wants no more after `limit` frames.
class KeepingIntake final : public Intake {
 public:
  struct Kept {
    std::uint64_t sequence;
    std::int64_t sensor_ns;
    std::int64_t arrival_ns;
    PixelFormat format;
    std::vector<std::uint16_t> pixels;
  };

  bool offer(const SourceFrame& frame) override {
    const FrameView& view = frame.view;
    const std::size_t bytes = view.format == PixelFormat::gray8 ? 1 : 2;
    Kept one{frame.sequence.value(), frame.sensor.count(), frame.arrival.count(), view.format, {}};
    one.pixels.resize(std::size_t{view.width_px} * view.height_px);
    for (std::size_t i = 0; i < one.pixels.size(); ++i)
      std::memcpy(&one.pixels[i], view.planes[0].data + i * bytes, bytes);
    kept.push_back(std::move(one));
    return kept.size() < limit;
  }
  void restarted(Nanoseconds) override {}
  void finish() override {}

  std::vector<Kept> kept;
  std::size_t limit = SIZE_MAX;
};

std::vector<std::uint16_t> expected_pixels(std::uint64_t frame, std::size_t count, std::uint16_t largest) {
  std::vector<std::uint16_t> pixels;
  for (std::size_t i = 0; i < count; ++i) pixels.push_back(recording_pixel(frame, i) & largest);
  return pixels;
}

}  // namespace

TEST_GROUP(Hdf5Source) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "recording.h5";
  KeepingIntake intake;

  std::unique_ptr<Hdf5Source> open_source() {
    const auto recording = Hdf5Recording::open(file);
    CHECK(recording.has_value());
    auto source = Hdf5Source::create("mouse", file, recording->facts(), intake);
    CHECK(source.has_value());
    return std::move(*source);
  }
  // Replays `shape` to its end.
  std::unique_ptr<Hdf5Source> replay_file() {
    auto source = open_source();
    CHECK(source->start().has_value());
    while (!source->ended()) std::this_thread::yield();
    source->stop();
    return source;
  }
  void check_frames(const RecordingShape& shape, std::uint16_t largest) {
    write_recording(file, shape);
    intake.kept.clear();
    const auto source = replay_file();
    CHECK_EQUAL(shape.shape[0], intake.kept.size());
    for (std::size_t i = 0; i < intake.kept.size(); ++i) {
      CHECK_EQUAL(i, intake.kept[i].sequence);
      CHECK(expected_pixels(i, shape.shape[1] * shape.shape[2], largest) == intake.kept[i].pixels);
    }
    CHECK_EQUAL(0U, source->unreadable());
    CHECK(source->error().empty());
  }
};

TEST(Hdf5Source, offers_every_frame_in_order_whatever_the_chunks) {
  check_frames({.shape = {10, 6, 8}}, 255);
  check_frames({.shape = {10, 6, 8}, .chunk = {{1, 6, 8}}}, 255);
  check_frames({.shape = {10, 6, 8}, .chunk = {{4, 6, 8}}, .deflate = 6}, 255);
  check_frames({.shape = {10, 6, 8}, .chunk = {{7, 4, 5}}, .deflate = 1}, 255);
}

TEST(Hdf5Source, offers_uint16_of_either_byte_order_as_native) {
  check_frames({.type = H5T_STD_U16LE}, 65535);
  check_frames({.chunk = {{3, 6, 8}}, .type = H5T_STD_U16BE}, 65535);
  CHECK(intake.kept[0].format == PixelFormat::gray16);
}

TEST(Hdf5Source, times_come_from_timestamps) {
  write_recording(file,
                  {.shape = {4, 2, 2}, .frame_interval = 9, .timestamps = {0.5, 1.25, 1.000000001e6, std::nan("")}});
  (void)replay_file();
  CHECK_EQUAL(500'000'000, intake.kept[0].sensor_ns);
  CHECK_EQUAL(1'250'000'000, intake.kept[1].sensor_ns);
  CHECK_EQUAL(1'000'000'001'000'000, intake.kept[2].sensor_ns);
  // A time that is no number is one interval after the frame before.
  CHECK_EQUAL(1'000'009'001'000'000, intake.kept[3].sensor_ns);
}

TEST(Hdf5Source, times_without_timestamps_are_multiples_of_the_interval) {
  write_recording(file, {.shape = {4, 2, 2}, .frame_interval = 0.1});
  (void)replay_file();
  for (int i = 0; i < 4; ++i) CHECK_EQUAL(i * 100'000'000, intake.kept[static_cast<std::size_t>(i)].sensor_ns);
  CHECK(intake.kept[0].arrival_ns > 0);
}

TEST(Hdf5Source, stops_when_no_more_frames_are_wanted) {
  write_recording(file, {});
  intake.limit = 3;
  (void)replay_file();
  CHECK_EQUAL(3U, intake.kept.size());
}

TEST(Hdf5Source, frames_of_a_damaged_chunk_are_left_out_and_the_sequence_jumps) {
  write_recording(file, {.shape = {10, 6, 8}, .chunk = {{3, 6, 8}}, .deflate = 1});
  const ChunkPlace place = chunk_place(file, 1);
  damage(file, place.offset, place.bytes);
  const auto source = replay_file();
  std::vector<std::uint64_t> sequences;
  for (const auto& frame : intake.kept) sequences.push_back(frame.sequence);
  CHECK(sequences == (std::vector<std::uint64_t>{0, 1, 2, 6, 7, 8, 9}));
  CHECK_EQUAL(3U, source->unreadable());
  CHECK(source->error().find("recording.h5: frame 5: HDF5 cannot read it") != std::string::npos);
}

TEST(Hdf5Source, a_file_that_changed_since_the_probe_is_refused) {
  write_recording(file, {});
  Hdf5Facts facts = Hdf5Recording::open(file)->facts();
  ++facts.frames;
  const auto source = Hdf5Source::create("mouse", file, facts, intake);
  CHECK(!source);
  CHECK(source.error().message.find("has changed since it was looked at") != std::string::npos);
}

TEST(Hdf5Source, a_source_that_was_never_started_ends_quietly) {
  write_recording(file, {});
  open_source()->stop();
  CHECK(intake.kept.empty());
}

TEST(Hdf5Source, cost_counts_the_frames_of_a_chunk_and_what_undoing_it_takes) {
  const Hdf5Facts facts{.size = {100, 10}, .frames = 50, .frames_per_chunk = 4, .chunk_bytes = 4000};
  CHECK_EQUAL(4U * (1000 + 8) + 2 * 4000, Hdf5Source::cost(facts).count);
}

TEST(Hdf5Source, one_long_chunk_does_not_make_the_buffer_long) {
  const Hdf5Facts facts{.size = {1024, 1024}, .frames = 5000, .frames_per_chunk = 5000, .chunk_bytes = 0x1000};
  CHECK(Hdf5Source::cost(facts) < mebibytes(65));
}
