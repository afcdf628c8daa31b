#include "frame/row_queue.hpp"

#include <cassert>
#include <memory>

namespace tarsier {

RowQueue::RowQueue(Arena& arena, std::uint64_t entries, std::uint64_t regions, bool stored)
    : entries_(entries), cursors_(entries, stored ? 2 : 1) {
  const auto memory = arena.take(entries * regions * sizeof(RegionRow));
  assert(memory.size() == entries * regions * sizeof(RegionRow) && "the plan reserves every row");
  auto* first = reinterpret_cast<RegionRow*>(memory.data());
  std::uninitialized_default_construct_n(first, entries * regions);
  for (std::size_t i = 0; i < entries_.size(); ++i) entries_[i].regions = {first + i * regions, regions};
}

RowEntry* RowQueue::free_entry() {
  return cursors_.has_room() ? &entries_[cursors_.index(cursors_.published())] : nullptr;
}

}  // namespace tarsier
