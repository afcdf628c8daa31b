#include "store/chunk_backlog.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;

TEST_GROUP(ChunkBacklog) {
  Arena arena = *Arena::create(mebibytes(1));
  ChunkBacklog backlog{arena, 2, 5000};
};

TEST(ChunkBacklog, hands_chunks_on_in_their_order_and_refuses_when_full) {
  for (const std::uint64_t frames : {11U, 22U}) {
    backlog.free_chunk()->frames = frames;
    backlog.publish();
  }
  CHECK(backlog.free_chunk() == nullptr);
  CHECK_EQUAL(11, backlog.oldest()->frames);
  backlog.release();
  CHECK_EQUAL(22, backlog.oldest()->frames);
  CHECK(backlog.free_chunk() != nullptr);
}

TEST(ChunkBacklog, room_wakes_the_codec) {
  Wakeup recorder;
  Wakeup codec;
  backlog.listen(&recorder, &codec);
  const auto before_chunk = recorder.ticket();
  (void)backlog.free_chunk();
  backlog.publish();
  CHECK(before_chunk != recorder.ticket());
  const auto before_room = codec.ticket();
  backlog.release();
  CHECK(before_room != codec.ticket());
}

TEST(ChunkBacklog, costs_what_it_takes) {
  const Bytes before = arena.used();
  const ChunkBacklog another(arena, 3, 100);
  CHECK(ChunkBacklog::cost(3, 100) == arena.used() - before);
  const Bytes between = arena.used();
  const ChunkBacklog shared(arena, 5, 9000, 3);
  CHECK(ChunkBacklog::cost(5, 9000, 3) == arena.used() - between);
}

TEST(ChunkBacklog, lanes_are_emptied_in_turn_from_the_first_on) {
  ChunkBacklog shared(arena, 6, 5000, 3, 1);
  const auto put = [&](std::uint32_t lane, std::uint64_t frames) {
    shared.free_chunk(lane)->frames = frames;
    shared.publish(lane);
  };
  put(0, 3);  // done early; it is the third one's turn
  put(2, 2);
  CHECK(shared.oldest() == nullptr);
  put(1, 1);
  for (std::uint64_t frames = 1; frames <= 3; ++frames) {
    CHECK_EQUAL(frames, shared.oldest()->frames);
    shared.release();
  }
  CHECK(shared.oldest() == nullptr);
}

TEST(ChunkBacklog, is_closed_when_every_lane_is) {
  ChunkBacklog shared(arena, 2, 5000, 2);
  shared.close(1);
  CHECK_FALSE(shared.closed());
  shared.close(0);
  CHECK_TRUE(shared.closed());
}
