// Counters of one camera from two places, each of which may know something newer.
#pragma once

#include <algorithm>

#include "frame/ledger.hpp"

namespace tarsier {

// Counters only rise, so of each the larger one is the newer. delivered is their sum: the identity holds.
[[nodiscard]] inline LedgerCounts newest_counts(const LedgerCounts& a, const LedgerCounts& b) {
  LedgerCounts newest;
  newest.stored = std::max(a.stored, b.stored);
  newest.reduced_only = std::max(a.reduced_only, b.reduced_only);
  newest.skipped = {std::max(a.skipped.sampled_out, b.skipped.sampled_out),
                    std::max(a.skipped.averaged, b.skipped.averaged)};
  newest.dropped = {std::max(a.dropped.ring_full, b.dropped.ring_full),
                    std::max(a.dropped.disk_full, b.dropped.disk_full),
                    std::max(a.dropped.corrupted, b.dropped.corrupted), std::max(a.dropped.failed, b.dropped.failed),
                    std::max(a.dropped.shutdown, b.dropped.shutdown)};
  newest.missed = {std::max(a.missed.driver, b.missed.driver), std::max(a.missed.restart, b.missed.restart)};
  newest.repeated = std::max(a.repeated, b.repeated);
  newest.samples = {std::max(a.samples.expected, b.samples.expected), std::max(a.samples.taken, b.samples.taken),
                    std::max(a.samples.missed, b.samples.missed)};
  return newest;
}

}  // namespace tarsier
