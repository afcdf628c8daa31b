#include "store/camera_codec.hpp"

#include "CppUTest/TestHarness.h"
#include "base/hash.hpp"
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

TEST_GROUP(CameraCodec) {
  TestCamera camera{small_frames(), 8, 16};
  ManualClock clock;
  Arena arena = *Arena::create(mebibytes(1));
  ChunkCodec codec = *ChunkCodec::create(Codec::none, 0);
  ChunkBacklog backlog{arena, 3, 3 * 200};
  CameraCodec stage{arena, camera.channel, backlog, codec, clock, {StoredPixel::gray8, 200, 3}};

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
