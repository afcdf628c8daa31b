#include "store/journal_items.hpp"

namespace tarsier {

void put(PackedWriter& out, const Row& row) {
  out.put(row.frame_id);
  out.put(row.stored_index);
  out.put(row.sensor_ns);
  out.put(row.monotonic_ns);
  out.put(row.utc_ns);
  out.put(row.utc_uncertainty_ns);
  out.put(row.residual_ns);
  out.put(row.pair_ns);
  out.put(row.flags);
  out.put(row.generation);
  out.put(row.exposure_ns);
  out.put(row.gain);
  for (const std::uint64_t value : {row.n, row.abs_diff_sum, row.changed, row.sum, row.sum_sq}) out.put(value);
  out.put(row.min);
  out.put(row.max);
  for (const float value : {row.drift_y, row.drift_x, row.drift_residual, row.drift_confidence}) out.put(value);
}

void put(PackedWriter& out, const RegionRow& region) {
  out.put(region.abs_diff_sum);
  out.put(region.changed);
  out.put(region.sum);
  out.put(region.sum_sq);
  out.put(region.min);
  out.put(region.max);
}

void put(PackedWriter& out, const Gap& gap) {
  out.put(gap.first_id);
  out.put(gap.last_id);
  out.put(gap.cause);
  out.put(static_cast<std::uint8_t>(gap.estimated));
  out.put(gap.start_utc_ns);
  out.put(gap.end_utc_ns);
}

void put(PackedWriter& out, const Event& event) {
  out.put(event.utc_ns);
  out.put(event.monotonic_ns);
  out.put(event.kind);
  out.put(event.first_id);
  out.put(event.last_id);
  out.put(event.value);
  out.put_bytes(std::as_bytes(std::span(event.text)));
}

void put(PackedWriter& out, const EnvironmentSample& sample) {
  out.put(sample.utc_ns);
  out.put(sample.channel);
  out.put(sample.value);
}

void put(PackedWriter& out, const ChunkEntry& chunk) {
  out.put(std::uint16_t{chunk.dataset});
  for (const std::uint64_t value : {chunk.index, chunk.frames, chunk.offset, chunk.bytes, chunk.hash}) out.put(value);
  out.put(chunk.filter_mask);
}

void put(PackedWriter& out, const ProjectionRow& projection) {
  out.put(projection.first_id);
  out.put(projection.last_id);
  out.put(projection.count);
  out.put(projection.start_utc_ns);
  out.put(projection.end_utc_ns);
  out.put(projection.median_count);
}

void put(PackedWriter& out, const StorageRow& row) {
  out.put(row.utc_ns);
  out.put(row.operation);
  out.put(row.count);
  for (const float value : {row.mean_us, row.p99_us, row.max_us}) out.put(value);
}

void put(PackedWriter& out, const JournalCounters& counters) {
  const LedgerCounts& counts = counters.ledger;
  const auto& [ring_full, disk_full, corrupted, failed, shutdown] = counts.dropped;
  for (const std::uint64_t value :
       {counts.stored, counts.reduced_only, counts.skipped.sampled_out, counts.skipped.averaged, ring_full, disk_full,
        corrupted, failed, shutdown, counts.missed.driver, counts.missed.restart, counts.repeated,
        counts.samples.expected, counts.samples.taken, counts.samples.missed, counters.next_frame_id}) {
    out.put(value);
  }
}

bool get(PackedReader& in, Row& row) {
  row.frame_id = in.get<std::uint64_t>();
  row.stored_index = in.get<std::int64_t>();
  row.sensor_ns = in.get<std::int64_t>();
  row.monotonic_ns = in.get<std::int64_t>();
  row.utc_ns = in.get<std::int64_t>();
  row.utc_uncertainty_ns = in.get<std::uint64_t>();
  row.residual_ns = in.get<std::int64_t>();
  row.pair_ns = in.get<std::int64_t>();
  row.flags = in.get<std::uint32_t>();
  row.generation = in.get<std::uint32_t>();
  row.exposure_ns = in.get<std::uint32_t>();
  row.gain = in.get<float>();
  for (std::uint64_t* value : {&row.n, &row.abs_diff_sum, &row.changed, &row.sum, &row.sum_sq}) {
    *value = in.get<std::uint64_t>();
  }
  row.min = in.get<std::uint16_t>();
  row.max = in.get<std::uint16_t>();
  for (float* value : {&row.drift_y, &row.drift_x, &row.drift_residual, &row.drift_confidence}) {
    *value = in.get<float>();
  }
  return row.stored_index >= -1;
}

bool get(PackedReader& in, RegionRow& region) {
  region.abs_diff_sum = in.get<std::uint64_t>();
  region.changed = in.get<std::uint32_t>();
  region.sum = in.get<std::uint64_t>();
  region.sum_sq = in.get<std::uint64_t>();
  region.min = in.get<std::uint16_t>();
  region.max = in.get<std::uint16_t>();
  return true;
}

bool get(PackedReader& in, Gap& gap) {
  gap.first_id = in.get<std::uint64_t>();
  gap.last_id = in.get<std::uint64_t>();
  const auto cause = in.get<std::uint8_t>();
  const auto estimated = in.get<std::uint8_t>();
  gap.cause = static_cast<GapCause>(cause);
  gap.estimated = estimated != 0;
  gap.start_utc_ns = in.get<std::int64_t>();
  gap.end_utc_ns = in.get<std::int64_t>();
  return cause <= static_cast<std::uint8_t>(GapCause::no_sample) && estimated <= 1;
}

bool get(PackedReader& in, Event& event) {
  event.utc_ns = in.get<std::int64_t>();
  event.monotonic_ns = in.get<std::int64_t>();
  const auto kind = in.get<std::uint8_t>();
  event.kind = static_cast<EventKind>(kind);
  event.first_id = in.get<std::uint64_t>();
  event.last_id = in.get<std::uint64_t>();
  event.value = in.get<double>();
  in.get_bytes(std::as_writable_bytes(std::span(event.text)));
  return kind <= static_cast<std::uint8_t>(EventKind::run);
}

bool get(PackedReader& in, EnvironmentSample& sample) {
  sample.utc_ns = in.get<std::int64_t>();
  sample.channel = in.get<std::uint16_t>();
  sample.value = in.get<double>();
  return true;
}

bool get(PackedReader& in, ChunkEntry& chunk) {
  const auto dataset = in.get<std::uint16_t>();
  chunk.dataset = static_cast<std::uint8_t>(dataset);
  for (std::uint64_t* value : {&chunk.index, &chunk.frames, &chunk.offset, &chunk.bytes, &chunk.hash}) {
    *value = in.get<std::uint64_t>();
  }
  chunk.filter_mask = in.get<std::uint32_t>();
  return dataset <= image_kinds && chunk.frames > 0 && chunk.bytes > 0;
}

bool get(PackedReader& in, ProjectionRow& projection) {
  projection.first_id = in.get<std::uint64_t>();
  projection.last_id = in.get<std::uint64_t>();
  projection.count = in.get<std::uint64_t>();
  projection.start_utc_ns = in.get<std::int64_t>();
  projection.end_utc_ns = in.get<std::int64_t>();
  projection.median_count = in.get<std::uint32_t>();
  return true;
}

bool get(PackedReader& in, StorageRow& row) {
  row.utc_ns = in.get<std::int64_t>();
  const auto operation = in.get<std::uint8_t>();
  row.operation = static_cast<StorageOperation>(operation);
  row.count = in.get<std::uint64_t>();
  for (float* value : {&row.mean_us, &row.p99_us, &row.max_us}) *value = in.get<float>();
  return operation <= static_cast<std::uint8_t>(StorageOperation::seal);
}

bool get(PackedReader& in, JournalCounters& counters) {
  LedgerCounts& counts = counters.ledger;
  LedgerCounts::Dropped& dropped = counts.dropped;
  for (std::uint64_t* value :
       {&counts.stored, &counts.reduced_only, &counts.skipped.sampled_out, &counts.skipped.averaged, &dropped.ring_full,
        &dropped.disk_full, &dropped.corrupted, &dropped.failed, &dropped.shutdown, &counts.missed.driver,
        &counts.missed.restart, &counts.repeated, &counts.samples.expected, &counts.samples.taken,
        &counts.samples.missed, &counters.next_frame_id}) {
    *value = in.get<std::uint64_t>();
  }
  return true;
}

}  // namespace tarsier
