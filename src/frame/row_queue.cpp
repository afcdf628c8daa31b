#include "frame/row_queue.hpp"

#include <cassert>
#include <memory>

namespace tarsier {

RowQueue::RowQueue(Arena& arena, std::uint64_t entries, std::uint64_t regions, bool stored)
    : region_room_(regions), entries_(entries), cursors_(entries, stored ? 2 : 1) {
  const auto memory = arena.take(entries * regions * sizeof(RegionRow));
  assert(memory.size() == entries * regions * sizeof(RegionRow) && "the plan reserves every row");
  first_region_ = reinterpret_cast<RegionRow*>(memory.data());
  std::uninitialized_default_construct_n(first_region_, entries * regions);
}

RowEntry* RowQueue::free_entry(std::uint64_t regions) {
  if (!cursors_.has_room()) return nullptr;
  const std::uint64_t index = cursors_.index(cursors_.published());
  entries_[index].regions = {first_region_ + index * region_room_, regions};
  return &entries_[index];
}

}  // namespace tarsier
