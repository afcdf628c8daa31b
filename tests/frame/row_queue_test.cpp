#include "frame/row_queue.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(RowQueue){static Arena arena_for(std::uint64_t entries, std::uint64_t regions){
    return std::move(*Arena::create(RowQueue::cost(entries, regions)));
}
}
;

TEST(RowQueue, every_entry_has_regions_of_its_own) {
  Arena arena = arena_for(3, 4);
  RowQueue queue(arena, 3, 4, false);
  for (std::uint64_t p = 0; p < 3; ++p) {
    RowEntry* entry = queue.free_entry();
    CHECK_EQUAL(4, entry->regions.size());
    for (RegionRow& region : entry->regions) region.sum = p + 1;
    queue.cursors().publish();
  }
  for (std::uint64_t p = 0; p < 3; ++p) {
    for (const RegionRow& region : queue.at(p).regions) CHECK_EQUAL(p + 1, region.sum);
  }
}

TEST(RowQueue, refuses_when_full_until_both_readers_have_passed) {
  Arena arena = arena_for(1, 1);
  RowQueue queue(arena, 1, 1, true);
  queue.cursors().publish();
  CHECK_TRUE(queue.free_entry() == nullptr);
  queue.cursors().release(recorder_reader, 1);
  CHECK_TRUE(queue.free_entry() == nullptr);
  queue.cursors().release(row_codec_reader, 1);
  CHECK_TRUE(queue.free_entry() != nullptr);
}

TEST(RowQueue, a_camera_without_regions_has_rows_too) {
  Arena arena = arena_for(2, 0);
  RowQueue queue(arena, 2, 0, false);
  CHECK_TRUE(queue.free_entry() != nullptr);
  CHECK_TRUE(queue.free_entry()->regions.empty());
}

TEST(RowQueue, takes_from_the_arena_no_more_than_its_cost) {
  Arena arena = arena_for(100, 24);
  const RowQueue queue(arena, 100, 24, true);
  CHECK_TRUE(arena.used() <= RowQueue::cost(100, 24));
}
