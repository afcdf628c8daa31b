#include "store/camera_codec.hpp"

#include "CppUTest/TestHarness.h"
#include "base/hash.hpp"
#include "store_bench.hpp"
#include "support/manual_clock.hpp"
#include "test_camera.hpp"

using namespace tarsier;

namespace {

CameraRecording small_frames() {
  CameraRecording camera;
  camera.camera = "a";
  camera.size = {20, 10};
  camera.frames_per_chunk = 3;
  return camera;
}

}  // namespace

// Several threads, stepped by hand.
struct Shared {
  explicit Shared(std::uint32_t threads)
      : codecs(chunk_codecs(Codec::none, threads)), backlog(arena, 2 * threads, 600, threads) {
    stage = std::make_unique<CameraCodec>(arena, camera.channel, backlog, codecs, clock,
                                          ChunkShape{StoredPixel::gray8, 200, 3});
  }
  void push(int frames, std::uint32_t segment = 1) {
    for (int i = 0; i < frames; ++i) CHECK_TRUE(camera.push_frame(segment));
  }
  void work() {
    bool moved = true;
    while (moved) {
      moved = false;
      for (std::uint32_t lane = 0; lane < backlog.lanes(); ++lane) moved = stage->step(lane) || moved;
    }
  }
  TestCamera camera{small_frames(), 8, 128};
  ManualClock clock;
  Arena arena = *Arena::create(mebibytes(1));
  std::vector<ChunkCodec> codecs;
  ChunkBacklog backlog;
  std::unique_ptr<CameraCodec> stage;
};

TEST_GROUP(CameraCodec) {
  TestCamera camera{small_frames(), 8, 16};
  ManualClock clock;
  Arena arena = *Arena::create(mebibytes(1));
  std::vector<ChunkCodec> codecs = chunk_codecs(Codec::none, 1);
  ChunkBacklog backlog{arena, 3, 3 * 200};
  CameraCodec stage{arena, camera.channel, backlog, codecs, clock, {StoredPixel::gray8, 200, 3}};

  void push(int frames, std::uint32_t segment = 1) {
    for (int i = 0; i < frames; ++i) CHECK_TRUE(camera.push_frame(segment));
  }
  void work() {
    while (stage.step()) {
    }
  }
  // The oldest chunk holds `frames` of them from frame `first` on, then black ones; it is released.
  void check_chunk(std::uint64_t first, std::uint64_t frames, std::uint32_t segment = 1) {
    const CodedChunk* chunk = backlog.oldest();
    CHECK_TRUE(chunk != nullptr);
    CHECK_EQUAL(frames, chunk->frames);
    CHECK_EQUAL(segment, chunk->segment);
    CHECK_EQUAL(600, chunk->bytes);
    CHECK_EQUAL(xxh3_64(chunk->memory.first(600)), chunk->hash);
    for (std::uint64_t i = 0; i < 600; ++i) {
      const std::byte expected = i / 200 < frames ? TestCamera::pattern(first + i / 200, i % 200) : std::byte{0};
      CHECK(expected == chunk->memory[i]);
    }
    backlog.release();
  }
  std::uint64_t released_frames() { return camera.channel.frames.cursors().released(codec_reader); }
};

TEST(CameraCodec, a_chunk_is_full_at_its_number_of_frames) {
  push(7);
  work();
  check_chunk(0, 3);
  check_chunk(3, 3);
  CHECK(backlog.oldest() == nullptr);
}

TEST(CameraCodec, the_end_of_a_segment_ends_its_chunk) {
  push(2, 1);
  push(1, 2);
  work();
  check_chunk(0, 2, 1);
  CHECK(backlog.oldest() == nullptr);
}

TEST(CameraCodec, the_end_of_the_queue_ends_the_last_chunk_and_frees_everything) {
  push(1);
  camera.close();
  work();
  check_chunk(0, 1);
  CHECK_TRUE(stage.finished());
  CHECK_TRUE(backlog.closed());
  CHECK_EQUAL(0, camera.channel.frames.cursors().used());
}

TEST(CameraCodec, a_placeholder_stores_the_frame_before_again) {
  push(1);
  work();
  CHECK_EQUAL(0, released_frames());
  camera.push_repeat();
  push(1);
  work();
  const CodedChunk* chunk = backlog.oldest();
  CHECK_EQUAL(3, chunk->frames);
  CHECK(TestCamera::pattern(0, 5) == chunk->memory[200 + 5]);
  CHECK(TestCamera::pattern(1, 5) == chunk->memory[400 + 5]);
}

TEST(CameraCodec, keeps_the_last_frame_and_frees_those_before_it) {
  push(4);
  work();
  CHECK_EQUAL(3, released_frames());
  CHECK_EQUAL(4, camera.channel.rows.cursors().released(row_codec_reader));
}

TEST(CameraCodec, waits_with_its_frames_while_the_backlog_is_full) {
  while (camera.push_frame()) work();
  // Three chunks are coded; the ring holds the last frame of them and seven that wait.
  CHECK_EQUAL(9 - 1 + 8, camera.frames());
  for (std::uint64_t first = 0; first < 15; first += 3) {
    check_chunk(first, 3);
    work();
  }
  camera.close();
  work();
  check_chunk(15, 1);
  CHECK(backlog.oldest() == nullptr);
}

TEST(CameraCodec, threads_take_chunks_in_turn_and_the_recorder_takes_them_in_that_order) {
  Shared shared(3);
  std::uint64_t first = 0;
  for (std::uint32_t chunk = 0; chunk < 20; ++chunk) {
    shared.push(3);
    for (std::uint32_t lane = 0; lane < 3; ++lane) {
      if (lane != chunk % 3) CHECK_FALSE(shared.stage->step(lane));
    }
    CHECK_TRUE(shared.stage->step(chunk % 3));
    const CodedChunk* coded = shared.backlog.oldest();
    CHECK_EQUAL(3, coded->frames);
    CHECK(TestCamera::pattern(first, 9) == coded->memory[9]);
    first += 3;
    shared.backlog.release();
  }
}

TEST(CameraCodec, frames_of_a_thread_that_does_not_come_wait_for_it) {
  Shared shared(2);
  shared.push(5);
  CHECK_TRUE(shared.stage->step(0));
  CHECK_FALSE(shared.stage->step(0));
  CHECK_EQUAL(3, shared.camera.channel.rows.cursors().released(row_codec_reader));
  CHECK_TRUE(shared.stage->step(1));
  CHECK_EQUAL(5, shared.camera.channel.rows.cursors().released(row_codec_reader));
}

TEST(CameraCodec, a_full_lane_holds_the_others_up_and_nothing_is_lost) {
  Shared shared(2);
  while (shared.camera.push_frame()) shared.work();
  // Four chunks are coded, two in each lane; the ring holds the last frame of them and seven that wait.
  CHECK_EQUAL(12 - 1 + 8, shared.camera.frames());
  std::uint64_t first = 0;
  for (; first < 18; first += 3) {
    const CodedChunk* coded = shared.backlog.oldest();
    CHECK_TRUE(coded != nullptr);
    CHECK_EQUAL(3, coded->frames);
    CHECK(TestCamera::pattern(first, 0) == coded->memory[0]);
    shared.backlog.release();
    shared.work();
  }
  shared.camera.close();
  shared.work();
  CHECK_EQUAL(1, shared.backlog.oldest()->frames);
  CHECK(TestCamera::pattern(18, 0) == shared.backlog.oldest()->memory[0]);
  CHECK_TRUE(shared.stage->finished(0) && shared.stage->finished(1) && shared.backlog.closed());
}

TEST(CameraCodec, a_segment_that_ends_in_the_middle_of_a_chunk_passes_the_turn_on) {
  Shared shared(2);
  shared.push(2, 1);
  shared.push(4, 2);
  shared.work();
  for (const auto& [frames, segment] : {std::pair{2U, 1U}, {3U, 2U}}) {
    CHECK_EQUAL(frames, shared.backlog.oldest()->frames);
    CHECK_EQUAL(segment, shared.backlog.oldest()->segment);
    shared.backlog.release();
  }
  shared.camera.close();
  shared.work();
  CHECK_EQUAL(1, shared.backlog.oldest()->frames);
  shared.backlog.release();
  CHECK_TRUE(shared.backlog.closed() && shared.backlog.oldest() == nullptr);
}
