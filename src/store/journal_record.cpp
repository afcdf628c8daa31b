#include "store/journal_record.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "store/journal_items.hpp"
#include "store/packed.hpp"

namespace tarsier {
namespace {

void put_block_header(PackedWriter& out, JournalBlock kind, std::uint16_t each, std::uint64_t count) {
  out.put(kind);
  out.put(each);
  out.put(std::uint32_t{0});
  out.put(count);
}

template <typename Item>
void put_block(PackedWriter& out, std::span<const Item> items) {
  if (items.empty()) return;
  put_block_header(out, block_kind<Item>, item_bytes<Item>, items.size());
  for (const Item& item : items) put(out, item);
}

constexpr std::uint64_t block_bytes(std::uint64_t each, std::uint64_t count) {
  return count == 0 ? 0 : block_header_bytes + each * count;
}

std::uint64_t unpadded_bytes(std::uint64_t rows, std::uint64_t regions, std::uint64_t gaps, std::uint64_t events,
                             std::uint64_t environment, std::uint64_t chunks, std::uint64_t projections,
                             std::uint64_t storage) {
  return record_header_bytes + block_bytes(item_bytes<Row>, rows) + block_bytes(item_bytes<RegionRow>, regions) +
         block_bytes(item_bytes<Gap>, gaps) + block_bytes(item_bytes<Event>, events) +
         block_bytes(item_bytes<EnvironmentSample>, environment) + block_bytes(item_bytes<ChunkEntry>, chunks) +
         block_bytes(item_bytes<ProjectionRow>, projections) + block_bytes(item_bytes<StorageRow>, storage) +
         block_bytes(item_bytes<JournalCounters>, 1) + checksum_bytes;
}

void put_blocks(PackedWriter& out, const RecordContent& content) {
  put_block(out, content.rows);
  put_block(out, content.regions);
  put_block(out, content.gaps);
  put_block(out, content.events);
  put_block(out, content.environment);
  put_block(out, content.chunks);
  put_block(out, content.projections);
  put_block(out, content.storage);
  const JournalCounters counters{content.ledger, content.next_frame_id};
  put_block(out, std::span(&counters, 1));
}

}  // namespace

std::uint64_t record_bytes(std::uint64_t rows, std::uint64_t regions, std::uint64_t gaps, std::uint64_t events,
                           std::uint64_t environment, std::uint64_t chunks, std::uint64_t projections,
                           std::uint64_t storage) {
  return round_up(unpadded_bytes(rows, regions, gaps, events, environment, chunks, projections, storage),
                  journal_block_bytes);
}

std::uint64_t record_bytes(const RecordContent& content) {
  return record_bytes(content.rows.size(), content.regions.size(), content.gaps.size(), content.events.size(),
                      content.environment.size(), content.chunks.size(), content.projections.size(),
                      content.storage.size());
}

std::span<const std::byte> write_record(std::span<std::byte> buffer, std::uint64_t segment_id, std::uint64_t sequence,
                                        const RecordContent& content) {
  PackedWriter out(buffer);
  out.put_bytes(std::as_bytes(std::span("TREC", 4)));
  out.put(std::uint32_t{0});
  out.put(segment_id);
  out.put(sequence);
  out.put(unpadded_bytes(content.rows.size(), content.regions.size(), content.gaps.size(), content.events.size(),
                         content.environment.size(), content.chunks.size(), content.projections.size(),
                         content.storage.size()));
  put_blocks(out, content);
  out.put(xxh3_64(out.written()));
  const std::size_t used = out.written().size();
  const std::size_t padded = round_up(used, journal_block_bytes);
  std::memset(buffer.data() + used, 0, padded - used);
  return buffer.first(padded);
}

}  // namespace tarsier
