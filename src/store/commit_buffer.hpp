// What one camera gathers between two commits: rows whose frames are written, gaps, events, chunk entries, and what
// they will count in the ledger once they are safe.
#pragma once

#include <cstdint>
#include <span>

#include "frame/ledger.hpp"
#include "frame/row.hpp"
#include "store/fixed_list.hpp"
#include "store/journal_record.hpp"

namespace tarsier {

// Recorder thread. Allocates in the constructor alone.
class CommitBuffer {
 public:
  static constexpr std::uint64_t gap_room = 256;
  static constexpr std::uint64_t event_room = 64;
  static constexpr std::uint64_t projection_room = 16;
  static constexpr std::uint64_t storage_room = 8;

  [[nodiscard]] static Bytes cost(std::uint64_t rows, std::uint64_t regions);
  // Room for `rows` rows of `regions` regions each, and for as many chunks.
  CommitBuffer(Arena& arena, std::uint64_t rows, std::uint64_t regions);

  // Room for one more row, with a chunk and a gap.
  [[nodiscard]] bool has_room() const { return rows_.room() > 0 && chunks.room() > 0 && gaps.room() > 0; }
  [[nodiscard]] bool empty() const {
    return rows_.empty() && gaps.empty() && events.empty() && chunks.empty() && projections.empty() && storage.empty();
  }
  // `counted` is the counter that the row raises once it is safe; null: none. Only after has_room().
  void add_row(const Row& row, std::span<const RegionRow> regions, std::uint64_t LedgerCounts::*counted);
  void add_dropped(const Row& row, std::span<const RegionRow> regions, std::uint64_t LedgerCounts::Dropped::*counted);
  void clear();
  // Notes a projection that is in no file; without room for the event nothing tells of it.
  void lose_projection(const ProjectionRow& projection);
  // The frames of these rows are lost with their segment: they go on as rows without frames, to be counted as failed.
  void forget_frames();
  // The rows themselves are lost: all frames will be counted as failed.
  void lose_rows();

  [[nodiscard]] std::span<const Row> rows() const { return rows_.values(); }
  [[nodiscard]] RecordContent content(const LedgerCounts& before, std::uint64_t next_frame_id) const;
  // Raises the counters of a camera.
  void count(Ledger& ledger) const;

  FixedList<Gap> gaps;
  FixedList<Event> events;
  FixedList<ChunkEntry> chunks;
  FixedList<ProjectionRow> projections;
  FixedList<StorageRow> storage;

 private:
  void put(const Row& row, std::span<const RegionRow> regions);

  FixedList<Row> rows_;
  FixedList<RegionRow> regions_;
  LedgerCounts counts_;
};

}  // namespace tarsier
