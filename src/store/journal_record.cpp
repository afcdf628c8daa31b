#include "store/journal_record.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "store/packed.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t record_header_bytes = 32;
constexpr std::uint64_t checksum_bytes = 8;
constexpr std::uint64_t block_header_bytes = 16;

// Sizes of the items, packed. A test writes one of each and holds them to it.
constexpr std::uint16_t row_bytes = 140;
constexpr std::uint16_t region_bytes = 32;
constexpr std::uint16_t gap_bytes = 34;
constexpr std::uint16_t event_bytes = 105;
constexpr std::uint16_t environment_bytes = 18;
constexpr std::uint16_t chunk_bytes = 46;
constexpr std::uint16_t counters_bytes = 128;
constexpr std::uint16_t projection_bytes = 44;

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

void put_counters(PackedWriter& out, const LedgerCounts& counts, std::uint64_t next_frame_id) {
  const auto& [ring_full, disk_full, corrupted, failed, shutdown] = counts.dropped;
  for (const std::uint64_t value :
       {counts.stored, counts.reduced_only, counts.skipped.sampled_out, counts.skipped.averaged, ring_full, disk_full,
        corrupted, failed, shutdown, counts.missed.driver, counts.missed.restart, counts.repeated,
        counts.samples.expected, counts.samples.taken, counts.samples.missed, next_frame_id}) {
    out.put(value);
  }
}

void put_block_header(PackedWriter& out, JournalBlock kind, std::uint16_t item_bytes, std::uint64_t count) {
  out.put(kind);
  out.put(item_bytes);
  out.put(std::uint32_t{0});
  out.put(count);
}

template <typename Item>
void put_block(PackedWriter& out, JournalBlock kind, std::uint16_t item_bytes, std::span<const Item> items) {
  if (items.empty()) return;
  put_block_header(out, kind, item_bytes, items.size());
  for (const Item& item : items) put(out, item);
}

constexpr std::uint64_t block_bytes(std::uint64_t item_bytes, std::uint64_t count) {
  return count == 0 ? 0 : block_header_bytes + item_bytes * count;
}

std::uint64_t unpadded_bytes(std::uint64_t rows, std::uint64_t regions, std::uint64_t gaps, std::uint64_t events,
                             std::uint64_t environment, std::uint64_t chunks, std::uint64_t projections) {
  return record_header_bytes + block_bytes(row_bytes, rows) + block_bytes(region_bytes, regions) +
         block_bytes(gap_bytes, gaps) + block_bytes(event_bytes, events) + block_bytes(environment_bytes, environment) +
         block_bytes(chunk_bytes, chunks) + block_bytes(projection_bytes, projections) +
         block_bytes(counters_bytes, 1) + checksum_bytes;
}

void put_blocks(PackedWriter& out, const RecordContent& content) {
  put_block(out, JournalBlock::rows, row_bytes, content.rows);
  put_block(out, JournalBlock::regions, region_bytes, content.regions);
  put_block(out, JournalBlock::gaps, gap_bytes, content.gaps);
  put_block(out, JournalBlock::events, event_bytes, content.events);
  put_block(out, JournalBlock::environment, environment_bytes, content.environment);
  put_block(out, JournalBlock::chunks, chunk_bytes, content.chunks);
  put_block(out, JournalBlock::projections, projection_bytes, content.projections);
  put_block_header(out, JournalBlock::counters, counters_bytes, 1);
  put_counters(out, content.ledger, content.next_frame_id);
}

}  // namespace

std::uint64_t record_bytes(std::uint64_t rows, std::uint64_t regions, std::uint64_t gaps, std::uint64_t events,
                           std::uint64_t environment, std::uint64_t chunks, std::uint64_t projections) {
  return round_up(unpadded_bytes(rows, regions, gaps, events, environment, chunks, projections), journal_block_bytes);
}

std::uint64_t record_bytes(const RecordContent& content) {
  return record_bytes(content.rows.size(), content.regions.size(), content.gaps.size(), content.events.size(),
                      content.environment.size(), content.chunks.size(), content.projections.size());
}

std::span<const std::byte> write_record(std::span<std::byte> buffer, std::uint64_t segment_id, std::uint64_t sequence,
                                        const RecordContent& content) {
  PackedWriter out(buffer);
  out.put_bytes(std::as_bytes(std::span("TREC", 4)));
  out.put(std::uint32_t{0});
  out.put(segment_id);
  out.put(sequence);
  out.put(unpadded_bytes(content.rows.size(), content.regions.size(), content.gaps.size(), content.events.size(),
                         content.environment.size(), content.chunks.size(), content.projections.size()));
  put_blocks(out, content);
  out.put(xxh3_64(out.written()));
  const std::size_t used = out.written().size();
  const std::size_t padded = round_up(used, journal_block_bytes);
  std::memset(buffer.data() + used, 0, padded - used);
  return buffer.first(padded);
}

}  // namespace tarsier
