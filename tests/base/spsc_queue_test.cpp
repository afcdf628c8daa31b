#include "base/spsc_queue.hpp"

#include <CppUTest/TestHarness.h>

#include "base/named_thread.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(SpscQueue){};

TEST(SpscQueue, gives_values_back_in_order_and_refuses_when_full) {
  SpscQueue<int> queue(2);
  CHECK_TRUE(queue.push(1));
  CHECK_TRUE(queue.push(2));
  CHECK_FALSE(queue.push(3));
  CHECK_EQUAL(1, *queue.pop());
  CHECK_TRUE(queue.push(3));
  CHECK_EQUAL(2, *queue.pop());
  CHECK_EQUAL(3, *queue.pop());
  CHECK_FALSE(queue.pop().has_value());
}

TEST(SpscQueue, a_capacity_of_one_is_enough) {
  SpscQueue<int> queue(1);
  for (int i = 0; i < 5; ++i) {
    CHECK_TRUE(queue.push(i));
    CHECK_FALSE(queue.push(-1));
    CHECK_EQUAL(i, *queue.pop());
  }
}

TEST(SpscQueue, a_million_values_cross_between_two_threads_once_and_in_order) {
  constexpr std::uint64_t count = 1000000;
  SpscQueue<std::uint64_t> queue(128);
  NamedThread producer("producer", [&] {
    for (std::uint64_t value = 0; value < count; ++value) {
      auto ticket = queue.cursors().freed().ticket();
      while (!queue.push(value)) {
        queue.cursors().freed().wait(ticket, 1h);
        ticket = queue.cursors().freed().ticket();
      }
    }
  });
  std::uint64_t expected = 0;
  bool in_order = true;
  while (expected < count) {
    const auto ticket = queue.cursors().filled().ticket();
    const auto value = queue.pop();
    if (!value) {
      queue.cursors().filled().wait(ticket, 1h);
      continue;
    }
    in_order = in_order && *value == expected;
    ++expected;
  }
  CHECK_TRUE(in_order);
}
