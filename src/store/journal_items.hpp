// The items of a record's blocks as they lie in the journal: sizes, writing, reading. JOURNAL.md describes every byte.
#pragma once

#include <cstdint>

#include "frame/image_batch.hpp"
#include "frame/ledger.hpp"
#include "frame/row.hpp"
#include "store/journal_record.hpp"
#include "store/packed.hpp"
#include "store/segment_writer.hpp"

namespace tarsier {

struct JournalCounters {
  LedgerCounts ledger;
  std::uint64_t next_frame_id = 0;
};

// Packed sizes. A test writes one of each and holds them to it.
template <typename Item>
inline constexpr std::uint16_t item_bytes = 0;
template <>
inline constexpr std::uint16_t item_bytes<Row> = 140;
template <>
inline constexpr std::uint16_t item_bytes<RegionRow> = 32;
template <>
inline constexpr std::uint16_t item_bytes<Gap> = 34;
template <>
inline constexpr std::uint16_t item_bytes<Event> = 105;
template <>
inline constexpr std::uint16_t item_bytes<EnvironmentSample> = 18;
template <>
inline constexpr std::uint16_t item_bytes<ChunkEntry> = 46;
template <>
inline constexpr std::uint16_t item_bytes<JournalCounters> = 128;
template <>
inline constexpr std::uint16_t item_bytes<ProjectionRow> = 44;
template <>
inline constexpr std::uint16_t item_bytes<StorageRow> = 29;

template <typename Item>
inline constexpr JournalBlock block_kind = JournalBlock{};
template <>
inline constexpr JournalBlock block_kind<Row> = JournalBlock::rows;
template <>
inline constexpr JournalBlock block_kind<RegionRow> = JournalBlock::regions;
template <>
inline constexpr JournalBlock block_kind<Gap> = JournalBlock::gaps;
template <>
inline constexpr JournalBlock block_kind<Event> = JournalBlock::events;
template <>
inline constexpr JournalBlock block_kind<EnvironmentSample> = JournalBlock::environment;
template <>
inline constexpr JournalBlock block_kind<ChunkEntry> = JournalBlock::chunks;
template <>
inline constexpr JournalBlock block_kind<JournalCounters> = JournalBlock::counters;
template <>
inline constexpr JournalBlock block_kind<ProjectionRow> = JournalBlock::projections;
template <>
inline constexpr JournalBlock block_kind<StorageRow> = JournalBlock::storage;

void put(PackedWriter& out, const Row& row);
void put(PackedWriter& out, const RegionRow& region);
void put(PackedWriter& out, const Gap& gap);
void put(PackedWriter& out, const Event& event);
void put(PackedWriter& out, const EnvironmentSample& sample);
void put(PackedWriter& out, const ChunkEntry& chunk);
void put(PackedWriter& out, const JournalCounters& counters);
void put(PackedWriter& out, const ProjectionRow& projection);
void put(PackedWriter& out, const StorageRow& row);

// False: a field has a value that no version of Tarsier writes. Reads item_bytes either way.
[[nodiscard]] bool get(PackedReader& in, Row& row);
[[nodiscard]] bool get(PackedReader& in, RegionRow& region);
[[nodiscard]] bool get(PackedReader& in, Gap& gap);
[[nodiscard]] bool get(PackedReader& in, Event& event);
[[nodiscard]] bool get(PackedReader& in, EnvironmentSample& sample);
[[nodiscard]] bool get(PackedReader& in, ChunkEntry& chunk);
[[nodiscard]] bool get(PackedReader& in, JournalCounters& counters);
[[nodiscard]] bool get(PackedReader& in, ProjectionRow& projection);
[[nodiscard]] bool get(PackedReader& in, StorageRow& row);

}  // namespace tarsier
