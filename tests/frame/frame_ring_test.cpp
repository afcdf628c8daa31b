#include "frame/frame_ring.hpp"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <set>

#include "base/named_thread.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(FrameRing){static Arena arena_for(std::uint64_t slots, std::uint64_t bytes){
    return std::move(*Arena::create(FrameRing::cost(slots, bytes)));
}
}
;

TEST(FrameRing, the_cost_in_the_plan_is_all_that_it_takes) {
  Arena arena = arena_for(7, 1000);
  const FrameRing ring(arena, 7, 1000, true);
  CHECK_EQUAL(FrameRing::cost(7, 1000).count, arena.used().count);
}

TEST(FrameRing, every_slot_has_its_own_pixels) {
  Arena arena = arena_for(5, 64);
  FrameRing ring(arena, 5, 64, false);
  std::set<const std::byte*> places;
  for (std::uint64_t p = 0; p < 5; ++p) places.insert(ring.at(p).pixels.data());
  CHECK_EQUAL(5, places.size());
}

TEST(FrameRing, refuses_when_full_until_both_readers_have_passed) {
  Arena arena = arena_for(2, 64);
  FrameRing ring(arena, 2, 64, true);
  CHECK_TRUE(ring.free_slot() != nullptr);
  ring.publish();
  ring.publish();
  CHECK_TRUE(ring.free_slot() == nullptr);
  ring.cursors().release(chain_reader, 1);
  CHECK_TRUE(ring.free_slot() == nullptr);
  ring.cursors().release(codec_reader, 1);
  CHECK_TRUE(ring.free_slot() != nullptr);
}

TEST(FrameRing, frames_that_are_not_stored_wait_for_the_chain_alone) {
  Arena arena = arena_for(1, 64);
  FrameRing ring(arena, 1, 64, false);
  ring.publish();
  ring.cursors().release(chain_reader, 1);
  CHECK_TRUE(ring.free_slot() != nullptr);
}

TEST(FrameRing, remembers_the_most_slots_that_were_in_use) {
  Arena arena = arena_for(4, 64);
  FrameRing ring(arena, 4, 64, false);
  for (int i = 0; i < 3; ++i) ring.publish();
  ring.cursors().release(chain_reader, 3);
  ring.publish();
  CHECK_EQUAL(3, ring.highest());
}

namespace {

constexpr std::uint64_t frame_count = 50000;

// Whether each frame that the reader gets holds nothing but its own number.
bool read_frames(FrameRing& ring, unsigned reader) {
  bool whole = true;
  std::uint64_t position = 0;
  while (position < frame_count) {
    const auto ticket = ring.cursors().filled().ticket();
    const auto end = ring.cursors().published();
    if (position == end) ring.cursors().filled().wait(ticket, 1h);
    for (; position < end; ++position) {
      const Slot& slot = ring.at(position);
      const auto value = static_cast<std::byte>(position);
      whole = whole && slot.header.frame_id == position &&
              std::all_of(slot.pixels.begin(), slot.pixels.end(), [&](std::byte b) { return b == value; });
      ring.cursors().release(reader, position + 1);
    }
  }
  return whole;
}

void write_frames(FrameRing& ring) {
  for (std::uint64_t position = 0; position < frame_count; ++position) {
    auto ticket = ring.cursors().freed().ticket();
    Slot* slot = ring.free_slot();
    for (; slot == nullptr; slot = ring.free_slot()) {
      ring.cursors().freed().wait(ticket, 1h);
      ticket = ring.cursors().freed().ticket();
    }
    slot->header.frame_id = position;
    std::fill(slot->pixels.begin(), slot->pixels.end(), static_cast<std::byte>(position));
    ring.publish();
  }
}

}  // namespace

TEST(FrameRing, two_readers_see_every_frame_whole) {
  Arena arena = arena_for(4, 256);
  FrameRing ring(arena, 4, 256, true);
  bool chain_whole = false;
  bool codec_whole = false;
  {
    NamedThread chain("chain", [&] { chain_whole = read_frames(ring, chain_reader); });
    NamedThread codec("codec", [&] { codec_whole = read_frames(ring, codec_reader); });
    write_frames(ring);
  }
  CHECK_TRUE(chain_whole);
  CHECK_TRUE(codec_whole);
  CHECK_TRUE(ring.highest() <= 4);
}
