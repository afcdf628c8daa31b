#include "frame/frame_ring.hpp"

#include <cassert>

namespace tarsier {

FrameRing::FrameRing(Arena& arena, std::uint64_t slots, std::uint64_t frame_bytes, bool stored)
    : slots_(slots), cursors_(slots, stored ? 2 : 1) {
  for (Slot& slot : slots_) {
    slot.pixels = arena.take(frame_bytes);
    assert(slot.pixels.size() == frame_bytes && "the plan reserves every slot");
  }
}

Slot* FrameRing::free_slot() { return cursors_.has_room() ? &slots_[cursors_.index(cursors_.published())] : nullptr; }

}  // namespace tarsier
