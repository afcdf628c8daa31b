#include "base/ring_cursors.hpp"

#include <CppUTest/TestHarness.h>

#include <vector>

#include "base/named_thread.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(RingCursors){};

TEST(RingCursors, refuses_when_full_and_takes_again_when_released) {
  RingCursors cursors(3, 1);
  for (int i = 0; i < 3; ++i) {
    CHECK_TRUE(cursors.has_room());
    cursors.publish();
  }
  CHECK_FALSE(cursors.has_room());
  CHECK_EQUAL(3, cursors.used());
  cursors.release(0, 1);
  CHECK_TRUE(cursors.has_room());
  CHECK_EQUAL(2, cursors.used());
}

TEST(RingCursors, an_entry_is_free_when_the_slower_reader_has_passed_it) {
  RingCursors cursors(2, 2);
  cursors.publish();
  cursors.publish();
  cursors.release(0, 2);
  CHECK_FALSE(cursors.has_room());
  CHECK_EQUAL(0, cursors.released());
  cursors.release(1, 1);
  CHECK_TRUE(cursors.has_room());
  CHECK_EQUAL(1, cursors.released());
}

TEST(RingCursors, positions_go_on_round_after_round) {
  RingCursors cursors(3, 1);
  for (std::uint64_t position = 0; position < 10; ++position) {
    CHECK_EQUAL(position % 3, cursors.index(cursors.published()));
    cursors.publish();
    cursors.release(0, position + 1);
  }
}

TEST(RingCursors, closing_wakes_a_reader_that_waits) {
  RingCursors cursors(2, 1);
  const auto ticket = cursors.filled().ticket();
  cursors.close();
  cursors.filled().wait(ticket, 1h);  // would hang if nobody woke it
  CHECK_TRUE(cursors.closed());
}

namespace {

constexpr std::uint64_t item_count = 1000000;

// Reads until the end of the ring; returns whether every item came once and in order.
bool read_all(RingCursors& cursors, unsigned reader, const std::vector<std::uint64_t>& entries) {
  std::uint64_t position = 0;
  bool in_order = true;
  for (;;) {
    const auto ticket = cursors.filled().ticket();
    const bool closed = cursors.closed();
    const auto end = cursors.published();
    if (position == end && closed) return in_order && position == item_count;
    if (position == end) cursors.filled().wait(ticket, 1h);
    for (; position < end; ++position) {
      in_order = in_order && entries[cursors.index(position)] == position * 7 + 1;
      cursors.release(reader, position + 1);
    }
  }
}

void write_all_items(RingCursors& cursors, std::vector<std::uint64_t>& entries) {
  for (std::uint64_t position = 0; position < item_count; ++position) {
    for (;;) {
      const auto ticket = cursors.freed().ticket();
      if (cursors.has_room()) break;
      cursors.freed().wait(ticket, 1h);
    }
    entries[cursors.index(position)] = position * 7 + 1;
    cursors.publish();
  }
  cursors.close();
}

}  // namespace

TEST(RingCursors, a_million_items_reach_two_readers_once_and_in_order) {
  RingCursors cursors(64, 2);
  std::vector<std::uint64_t> entries(64);
  bool first_whole = false;
  bool second_whole = false;
  {
    NamedThread first("first", [&] { first_whole = read_all(cursors, 0, entries); });
    NamedThread second("second", [&] { second_whole = read_all(cursors, 1, entries); });
    write_all_items(cursors, entries);
  }
  CHECK_TRUE(first_whole);
  CHECK_TRUE(second_whole);
}

TEST(RingCursors, a_listener_hears_of_entries_and_of_the_end) {
  RingCursors cursors(2, 2);
  Wakeup listener;
  cursors.listen(1, &listener);
  auto ticket = listener.ticket();
  cursors.publish();
  listener.wait(ticket, 1h);  // would hang if nobody told it
  ticket = listener.ticket();
  cursors.close();
  listener.wait(ticket, 1h);
}
