// Rows on their way from the chain to the codec (which frame is to be stored) and to the recorder (the rows).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/ring_cursors.hpp"
#include "frame/arena.hpp"
#include "frame/row.hpp"

namespace tarsier {

// One entry. The chain fills it; row.stored_index is left at -1 for the recorder, who knows the segment.
struct RowEntry {
  Row row;
  std::span<RegionRow> regions;
  std::uint64_t frame_position = 0;  // of the frame in the FrameRing
  std::uint32_t segment = 1;         // the run's segment that the row belongs to, from 1
  bool store = false;                // the frame's pixels go into /frames
};

enum RowReader : unsigned { recorder_reader = 0, row_codec_reader = 1 };

class RowQueue {
 public:
  [[nodiscard]] static Bytes cost(std::uint64_t entries, std::uint64_t regions) {
    return Arena::cost(entries * regions * sizeof(RegionRow)) + Bytes{entries * sizeof(RowEntry)};
  }
  // With `stored` the codec reads too.
  RowQueue(Arena& arena, std::uint64_t entries, std::uint64_t regions, bool stored);

  // How many regions an entry has room for.
  [[nodiscard]] std::uint64_t region_room() const { return region_room_; }
  // Chain thread: the next free entry with so many regions, at most region_room(), or null when the queue is full.
  // cursors().publish() hands it on.
  [[nodiscard]] RowEntry* free_entry(std::uint64_t regions);
  [[nodiscard]] RowEntry* free_entry() { return free_entry(region_room_); }
  // Readers: the entry at a published position that they haven't released.
  [[nodiscard]] const RowEntry& at(std::uint64_t position) const { return entries_[cursors_.index(position)]; }
  [[nodiscard]] RingCursors& cursors() { return cursors_; }

 private:
  const std::uint64_t region_room_;
  std::vector<RowEntry> entries_;
  RegionRow* first_region_ = nullptr;  // of the first entry; those of the others follow
  RingCursors cursors_;
};

}  // namespace tarsier
