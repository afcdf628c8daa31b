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

Json to_json(const LedgerCounts& counts) {
  return {{"delivered", counts.delivered()},
          {"stored", counts.stored},
          {"reduced_only", counts.reduced_only},
          {"skipped", {{"sampled_out", counts.skipped.sampled_out}, {"averaged", counts.skipped.averaged}}},
          {"dropped",
           {{"ring_full", counts.dropped.ring_full},
            {"disk_full", counts.dropped.disk_full},
            {"corrupted", counts.dropped.corrupted},
            {"failed", counts.dropped.failed},
            {"shutdown", counts.dropped.shutdown}}},
          {"missed", {{"driver", counts.missed.driver}, {"restart", counts.missed.restart}}},
          {"repeated", counts.repeated}};
}

Json to_json(const LedgerCounts::Samples& samples) {
  return {{"expected", samples.expected}, {"taken", samples.taken}, {"missed", samples.missed}};
}

std::optional<LedgerCounts> ledger_from_json(const Json& ledger, const Json& samples) {
  try {
    LedgerCounts counts;
    counts.stored = ledger.at("stored").get<std::uint64_t>();
    counts.reduced_only = ledger.at("reduced_only").get<std::uint64_t>();
    counts.skipped.sampled_out = ledger.at("skipped").at("sampled_out").get<std::uint64_t>();
    counts.skipped.averaged = ledger.at("skipped").at("averaged").get<std::uint64_t>();
    const Json& dropped = ledger.at("dropped");
    counts.dropped = {dropped.at("ring_full").get<std::uint64_t>(), dropped.at("disk_full").get<std::uint64_t>(),
                      dropped.at("corrupted").get<std::uint64_t>(), dropped.at("failed").get<std::uint64_t>(),
                      dropped.at("shutdown").get<std::uint64_t>()};
    counts.missed = {ledger.at("missed").at("driver").get<std::uint64_t>(),
                     ledger.at("missed").at("restart").get<std::uint64_t>()};
    counts.repeated = ledger.at("repeated").get<std::uint64_t>();
    counts.samples = {samples.at("expected").get<std::uint64_t>(), samples.at("taken").get<std::uint64_t>(),
                      samples.at("missed").get<std::uint64_t>()};
    return counts;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace tarsier
