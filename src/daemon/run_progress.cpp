#include "daemon/run_progress.hpp"

namespace tarsier {

void count_frames(std::span<const std::unique_ptr<WiredCamera>> cameras, Progress& progress) {
  std::uint64_t expected = 0;
  bool all_known = true;
  for (const auto& camera : cameras) {
    const LedgerCounts counts = camera->channel.ledger.snapshot();
    progress.delivered += camera->channel.offered.load(std::memory_order_relaxed);
    progress.dropped +=
        counts.delivered() - counts.stored - counts.reduced_only - counts.skipped.sampled_out - counts.skipped.averaged;
    progress.rate_hz += camera->rate_hz.load(std::memory_order_relaxed);
    all_known = all_known && camera->camera.facts.frames.has_value();
    expected += camera->camera.facts.frames.value_or(0);
  }
  if (all_known) progress.expected = expected;
}

}  // namespace tarsier
