#include "frame/ledger.hpp"

#include <CppUTest/TestHarness.h>

#include "base/named_thread.hpp"

using namespace tarsier;

namespace {

// A different count in every place, so that no two can be mixed up unseen.
LedgerCounts distinct_counts() {
  LedgerCounts counts;
  counts.stored = 1;
  counts.reduced_only = 20;
  counts.skipped = {300, 4000};
  counts.dropped = {50000, 600000, 7000000, 80000000, 900000000};
  counts.missed = {11, 12};
  counts.repeated = 13;
  counts.samples = {14, 15, 16};
  return counts;
}

}  // namespace

TEST_GROUP(Ledger) { Ledger ledger; };

TEST(Ledger, delivered_is_the_sum_of_the_outcomes) { CHECK_EQUAL(987654321, distinct_counts().delivered()); }

TEST(Ledger, missed_and_repeated_frames_are_outside_the_sum) {
  ledger.missed_driver.add(5);
  ledger.missed_restart.add(6);
  ledger.repeated.add(7);
  ledger.samples_missed.add(8);
  CHECK_EQUAL(0, ledger.snapshot().delivered());
}

TEST(Ledger, what_is_restored_is_what_was_counted) {
  ledger.restore(distinct_counts());
  CHECK_TRUE(ledger.snapshot() == distinct_counts());
}

TEST(Ledger, counting_goes_on_from_what_was_restored) {
  ledger.restore(distinct_counts());
  ledger.stored.add();
  ledger.ring_full.add(2);
  CHECK_EQUAL(2, ledger.snapshot().stored);
  CHECK_EQUAL(50002, ledger.snapshot().dropped.ring_full);
}

TEST(Ledger, no_count_is_lost_between_threads) {
  constexpr std::uint64_t frames = 100000;
  {
    NamedThread intake("intake", [&] {
      for (std::uint64_t i = 0; i < frames; ++i) ledger.ring_full.add();
    });
    NamedThread recorder("recorder", [&] {
      for (std::uint64_t i = 0; i < frames; ++i) ledger.stored.add();
    });
    std::uint64_t last = 0;
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t now = ledger.snapshot().delivered();
      CHECK_TRUE(now >= last);
      last = now;
    }
  }
  CHECK_EQUAL(2 * frames, ledger.snapshot().delivered());
}
