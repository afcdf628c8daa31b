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
}
