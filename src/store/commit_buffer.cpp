#include "store/commit_buffer.hpp"

#include <cassert>
#include <cstring>

namespace tarsier {

Bytes CommitBuffer::cost(std::uint64_t rows, std::uint64_t regions) {
  return FixedList<Row>::cost(rows) + FixedList<RegionRow>::cost(rows * regions) + FixedList<Gap>::cost(gap_room) +
         FixedList<Event>::cost(event_room) + FixedList<ChunkEntry>::cost(rows) +
         FixedList<ProjectionRow>::cost(projection_room) + FixedList<StorageRow>::cost(storage_room);
}

CommitBuffer::CommitBuffer(Arena& arena, std::uint64_t rows, std::uint64_t regions)
    : gaps(arena, gap_room),
      events(arena, event_room),
      chunks(arena, rows),
      projections(arena, projection_room),
      storage(arena, storage_room),
      rows_(arena, rows),
      regions_(arena, rows * regions) {}

void CommitBuffer::put(const Row& row, std::span<const RegionRow> regions) {
  bool fits = rows_.push(row);
  for (const RegionRow& region : regions) fits = regions_.push(region) && fits;
  assert(fits && "has_room() was asked");
  (void)fits;
}

void CommitBuffer::add_row(const Row& row, std::span<const RegionRow> regions, std::uint64_t LedgerCounts::*counted) {
  put(row, regions);
  if (counted != nullptr) ++(counts_.*counted);
}

void CommitBuffer::add_dropped(const Row& row, std::span<const RegionRow> regions,
                               std::uint64_t LedgerCounts::Dropped::*counted) {
  put(row, regions);
  if (counted != nullptr) ++(counts_.dropped.*counted);
}

void CommitBuffer::clear() {
  rows_.clear();
  regions_.clear();
  gaps.clear();
  events.clear();
  chunks.clear();
  projections.clear();
  storage.clear();
  counts_ = {};
}

void CommitBuffer::lose_projection(const ProjectionRow& projection) {
  Event event{.utc_ns = projection.end_utc_ns,
              .kind = EventKind::storage,
              .first_id = projection.first_id,
              .last_id = projection.last_id,
              .value = static_cast<double>(projection.count)};
  std::strcpy(event.text, "projections of these frames could not be stored");
  (void)events.push(event);
}

void CommitBuffer::forget_frames() {
  for (const ProjectionRow& projection : projections.values()) lose_projection(projection);
  Gap gap{.cause = GapCause::failed};
  bool any = false;
  for (Row& row : rows_.values()) {
    if (row.stored_index < 0) continue;
    row.stored_index = -1;
    row.flags |= row_not_stored;
    if (!any) gap.first_id = row.frame_id, gap.start_utc_ns = row.utc_ns;
    gap.last_id = row.frame_id;
    gap.end_utc_ns = row.utc_ns;
    any = true;
  }
  // Without room for the gap the rows' flags alone tell.
  if (any) (void)gaps.push(gap);
  chunks.clear();
  projections.clear();
  counts_.dropped.failed += counts_.stored;
  counts_.stored = 0;
}

void CommitBuffer::lose_rows() {
  forget_frames();
  counts_.dropped.failed += counts_.reduced_only;
  counts_.reduced_only = 0;
  rows_.clear();
  regions_.clear();
}

RecordContent CommitBuffer::content(const LedgerCounts& before, std::uint64_t next_frame_id) const {
  LedgerCounts after = before;
  after.stored += counts_.stored;
  after.reduced_only += counts_.reduced_only;
  after.dropped.disk_full += counts_.dropped.disk_full;
  after.dropped.failed += counts_.dropped.failed;
  return {rows_.values(),  regions_.values(),    gaps.values(),    events.values(), {},
          chunks.values(), projections.values(), storage.values(), after,           next_frame_id};
}

void CommitBuffer::count(Ledger& ledger) const {
  ledger.stored.add(counts_.stored);
  ledger.reduced_only.add(counts_.reduced_only);
  ledger.disk_full.add(counts_.dropped.disk_full);
  ledger.failed.add(counts_.dropped.failed);
}

}  // namespace tarsier
