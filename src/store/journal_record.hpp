// One record of the journal: what one commit adds to a segment. JOURNAL.md describes every byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "frame/ledger.hpp"
#include "frame/row.hpp"
#include "store/segment_writer.hpp"

namespace tarsier {

// Records begin at multiples of this, and are padded with zeros to one.
inline constexpr std::uint64_t journal_block_bytes = 4096;
inline constexpr std::uint64_t record_header_bytes = 32;
inline constexpr std::uint64_t block_header_bytes = 16;
inline constexpr std::uint64_t checksum_bytes = 8;  // of a record, and of the head

// Kinds of blocks in a record.
enum class JournalBlock : std::uint16_t {
  rows = 1,
  regions = 2,
  gaps = 3,
  events = 4,
  environment = 5,
  chunks = 6,
  counters = 7,
  projections = 8,
  storage = 9,
};

struct RecordContent {
  std::span<const Row> rows;
  std::span<const RegionRow> regions;  // rows.size() * R, row by row
  std::span<const Gap> gaps;
  std::span<const Event> events;
  std::span<const EnvironmentSample> environment;
  std::span<const ChunkEntry> chunks;
  std::span<const ProjectionRow> projections;
  std::span<const StorageRow> storage;
  LedgerCounts ledger;  // with what this record adds
  std::uint64_t next_frame_id = 0;
};

// Bytes of the record of that much, padding included.
[[nodiscard]] std::uint64_t record_bytes(const RecordContent& content);
// The same for as many of each; nothing else of the content counts.
[[nodiscard]] std::uint64_t record_bytes(std::uint64_t rows, std::uint64_t regions, std::uint64_t gaps,
                                         std::uint64_t events, std::uint64_t environment, std::uint64_t chunks,
                                         std::uint64_t projections, std::uint64_t storage);

// Writes the record into `buffer`, which holds record_bytes(content), and returns it with its padding. Allocates
// nothing.
[[nodiscard]] std::span<const std::byte> write_record(std::span<std::byte> buffer, std::uint64_t segment_id,
                                                      std::uint64_t sequence, const RecordContent& content);

}  // namespace tarsier
