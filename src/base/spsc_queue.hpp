// A queue of small values from one thread to one other. Its memory is made once; a full queue refuses.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "base/ring_cursors.hpp"

namespace tarsier {

template <typename Value>
class SpscQueue {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  // capacity >= 1. Allocates here and nowhere else.
  explicit SpscQueue(std::size_t capacity) : entries_(capacity), cursors_(capacity, 1) {}

  // Producer thread: false when full.
  [[nodiscard]] bool push(const Value& value) {
    if (!cursors_.has_room()) return false;
    entries_[cursors_.index(cursors_.published())] = value;
    cursors_.publish();
    return true;
  }
  // Consumer thread: empty when there is nothing.
  [[nodiscard]] std::optional<Value> pop() {
    const auto position = cursors_.released(0);
    if (position == cursors_.published()) return std::nullopt;
    const Value value = entries_[cursors_.index(position)];
    cursors_.release(0, position + 1);
    return value;
  }
  // Consumer thread: the oldest value, which stays until pop(); null when there is none.
  [[nodiscard]] const Value* front() const {
    const auto position = cursors_.released(0);
    return position == cursors_.published() ? nullptr : &entries_[cursors_.index(position)];
  }
  // Producer thread: everything that was pushed has been popped.
  [[nodiscard]] bool empty() const { return cursors_.released(0) == cursors_.published(); }
  [[nodiscard]] RingCursors& cursors() { return cursors_; }

 private:
  std::vector<Value> entries_;
  RingCursors cursors_;
};

}  // namespace tarsier
