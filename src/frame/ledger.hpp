// The counts of promise 2: each frame id has exactly one outcome.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/json.hpp"

namespace tarsier {

// One moment of a Ledger. delivered is the sum of the outcomes, so the identity
//   delivered = stored + reduced_only + skipped + dropped
// holds in every snapshot; frames on their way are in no count yet.
struct LedgerCounts {
  std::uint64_t stored = 0;
  std::uint64_t reduced_only = 0;  // a row, but by the rig's wish no pixels
  struct Skipped {
    std::uint64_t sampled_out = 0;
    std::uint64_t averaged = 0;  // part of a mean; the mean itself counts as stored or reduced_only
    bool operator==(const Skipped&) const = default;
  } skipped;
  struct Dropped {
    std::uint64_t ring_full = 0;
    std::uint64_t disk_full = 0;
    std::uint64_t corrupted = 0;
    std::uint64_t failed = 0;
    std::uint64_t shutdown = 0;
    bool operator==(const Dropped&) const = default;
  } dropped;
  // Never reached us; outside the identity.
  struct Missed {
    std::uint64_t driver = 0;
    std::uint64_t restart = 0;  // an estimate
    bool operator==(const Missed&) const = default;
  } missed;
  std::uint64_t repeated = 0;  // placeholders; outside the identity
  struct Samples {
    std::uint64_t expected = 0;
    std::uint64_t taken = 0;
    std::uint64_t missed = 0;
    bool operator==(const Samples&) const = default;
  } samples;

  bool operator==(const LedgerCounts&) const = default;
  [[nodiscard]] std::uint64_t delivered() const {
    return stored + reduced_only + skipped.sampled_out + skipped.averaged + dropped.ring_full + dropped.disk_full +
           dropped.corrupted + dropped.failed + dropped.shutdown;
  }
};

// The form that status, run.json and the file share: {delivered, stored, reduced_only, skipped {cause: n},
// dropped {cause: n}, missed {cause: n}, repeated}, and beside it samples {expected, taken, missed}.
[[nodiscard]] Json to_json(const LedgerCounts& counts);
[[nodiscard]] Json to_json(const LedgerCounts::Samples& samples);
// The reverse; nothing when a count is missing or not a count.
[[nodiscard]] std::optional<LedgerCounts> ledger_from_json(const Json& ledger, const Json& samples);

// Counters of one camera. Each is raised by one thread and read by any: relaxed, for a counter orders nothing else.
class Ledger {
 public:
  class Counter {
   public:
    void add(std::uint64_t frames = 1) { value_.fetch_add(frames, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }
    void set(std::uint64_t frames) { value_.store(frames, std::memory_order_relaxed); }

   private:
    std::atomic<std::uint64_t> value_{0};
  };

  // Raised by the intake.
  Counter sampled_out, averaged, ring_full, corrupted, missed_driver, missed_restart, samples_expected, samples_taken,
      samples_missed;
  // Raised by the chain.
  Counter repeated;
  // Raised by the recorder, when the outcome is certain.
  Counter stored, reduced_only, disk_full, failed, shutdown;

  [[nodiscard]] LedgerCounts snapshot() const;
  // Before the run's threads start: goes on from the counts of an interrupted run.
  void restore(const LedgerCounts& counts);
};

}  // namespace tarsier
