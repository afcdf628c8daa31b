#include "frame/ledger.hpp"

namespace tarsier {

LedgerCounts Ledger::snapshot() const {
  LedgerCounts counts;
  counts.stored = stored.get();
  counts.reduced_only = reduced_only.get();
  counts.skipped = {sampled_out.get(), averaged.get()};
  counts.dropped = {ring_full.get(), disk_full.get(), corrupted.get(), failed.get(), shutdown.get()};
  counts.missed = {missed_driver.get(), missed_restart.get()};
  counts.repeated = repeated.get();
  counts.samples = {samples_expected.get(), samples_taken.get(), samples_missed.get()};
  return counts;
}

void Ledger::restore(const LedgerCounts& counts) {
  stored.set(counts.stored);
  reduced_only.set(counts.reduced_only);
  sampled_out.set(counts.skipped.sampled_out);
  averaged.set(counts.skipped.averaged);
  ring_full.set(counts.dropped.ring_full);
  disk_full.set(counts.dropped.disk_full);
  corrupted.set(counts.dropped.corrupted);
  failed.set(counts.dropped.failed);
  shutdown.set(counts.dropped.shutdown);
  missed_driver.set(counts.missed.driver);
  missed_restart.set(counts.missed.restart);
  repeated.set(counts.repeated);
  samples_expected.set(counts.samples.expected);
  samples_taken.set(counts.samples.taken);
  samples_missed.set(counts.samples.missed);
}

}  // namespace tarsier
