#include "base/wakeup.hpp"

#include <CppUTest/TestHarness.h>

#include "base/named_thread.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(Wakeup) { Wakeup wakeup; };

TEST(Wakeup, a_notify_between_the_look_and_the_wait_is_not_lost) {
  const auto ticket = wakeup.ticket();
  wakeup.notify();
  wakeup.wait(ticket, 1h);  // would hang if it were lost
}

TEST(Wakeup, gives_up_at_its_limit) {
  const SystemClock clock;
  const auto start = clock.monotonic();
  wakeup.wait(wakeup.ticket(), 2ms);
  CHECK_TRUE(clock.monotonic() - start < 1min);
}

TEST(Wakeup, a_limit_that_is_over_does_not_wait) { wakeup.wait(wakeup.ticket(), -1h); }

// Each side waits without a limit that matters for what the other does: one lost wake and neither goes on.
TEST(Wakeup, two_threads_that_wait_for_each_other_never_lose_a_wake) {
  constexpr int turns = 20000;
  Wakeup answered;
  std::atomic<int> asked{0};
  std::atomic<int> done{0};
  const auto wait_for = [](Wakeup& change, const std::atomic<int>& value, int at_least) {
    for (;;) {
      const auto ticket = change.ticket();
      if (value.load() >= at_least) return;
      change.wait(ticket, 1h);
    }
  };
  NamedThread other("other", [&] {
    for (int turn = 1; turn <= turns; ++turn) {
      wait_for(wakeup, asked, turn);
      done.store(turn);
      answered.notify();
    }
  });
  for (int turn = 1; turn <= turns; ++turn) {
    asked.store(turn);
    wakeup.notify();
    wait_for(answered, done, turn);
  }
  other.join();
  CHECK_EQUAL(turns, done.load());
}

TEST(Wakeup, one_notify_wakes_all_who_wait) {
  std::atomic<int> ready{0};
  std::atomic<bool> go{false};
  const auto sleeper = [&] {
    bool told = false;
    for (;;) {
      const auto ticket = wakeup.ticket();
      if (go.load()) return;
      if (!std::exchange(told, true)) ++ready;
      wakeup.wait(ticket, 1h);
    }
  };
  NamedThread first("first", sleeper);
  NamedThread second("second", sleeper);
  while (ready.load() < 2) {
  }
  go.store(true);
  wakeup.notify();
}
