// The positions of one writer and up to two readers on a ring of fixed capacity. Every queue of the product stands on
// it: positions count from 0 for ever, entry p lies at index p mod capacity, a full ring refuses.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "base/wakeup.hpp"

namespace tarsier {

// One thread writes; each reader has one thread. Allocates nothing.
class RingCursors {
 public:
  // capacity >= 1 entries; readers is 1 or 2.
  RingCursors(std::uint64_t capacity, unsigned readers) : capacity_(capacity), readers_(readers) {}

  [[nodiscard]] std::uint64_t capacity() const { return capacity_; }
  [[nodiscard]] std::uint64_t index(std::uint64_t position) const { return position % capacity_; }

  // Writer thread: whether the entry at position published() is free to be filled.
  [[nodiscard]] bool has_room() const { return published_.load(std::memory_order_relaxed) - released() < capacity_; }
  // Writer thread: hands the entry at position published() to the readers.
  void publish() {
    // Release: a reader that sees the new position sees the entry's content.
    published_.store(published_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    announce();
  }
  // Writer thread: nothing more will come.
  void close() {
    // Release: a reader that sees the end also sees the last position.
    closed_.store(true, std::memory_order_release);
    announce();
  }

  // Any thread: entries before this position may be read.
  [[nodiscard]] std::uint64_t published() const { return published_.load(std::memory_order_acquire); }
  // Reader threads: true when no entry at or after published() will come. Read it before published().
  [[nodiscard]] bool closed() const { return closed_.load(std::memory_order_acquire); }
  // Thread of `reader`: it needs no entry before `position` any more.
  void release(unsigned reader, std::uint64_t position) {
    // Release: the writer that sees the new position sees that the reads of the entry are over.
    released_[reader].value.store(position, std::memory_order_release);
    freed_.notify();
  }
  // Any thread: entries before this position are free again.
  [[nodiscard]] std::uint64_t released() const {
    const auto first = released_[0].value.load(std::memory_order_acquire);
    return readers_ == 1 ? first : std::min(first, released_[1].value.load(std::memory_order_acquire));
  }
  [[nodiscard]] std::uint64_t released(unsigned reader) const {
    return released_[reader].value.load(std::memory_order_acquire);
  }
  // Any thread: how many entries are in use now.
  [[nodiscard]] std::uint64_t used() const {
    const auto free_before = released();
    return published() - free_before;
  }

  // For readers that wait for entries, and for a writer that waits for room.
  [[nodiscard]] Wakeup& filled() { return filled_; }
  [[nodiscard]] Wakeup& freed() { return freed_; }
  // For a reader of several rings, before the writer's thread starts: `listener` hears of entries and of the end too.
  // Null ends it, once the writer's thread is over.
  void listen(unsigned reader, Wakeup* listener) { listeners_[reader] = listener; }

 private:
  struct alignas(64) Cursor {
    std::atomic<std::uint64_t> value{0};
  };

  void announce() {
    filled_.notify();
    for (Wakeup* listener : listeners_) {
      if (listener != nullptr) listener->notify();
    }
  }

  // Constant after construction.
  const std::uint64_t capacity_;
  const unsigned readers_;
  // Constant while the writer's thread runs.
  std::array<Wakeup*, 2> listeners_{};
  // Written by the writer.
  alignas(64) std::atomic<std::uint64_t> published_{0};
  std::atomic<bool> closed_{false};
  // Each written by its reader.
  std::array<Cursor, 2> released_{};
  // Any thread.
  Wakeup filled_;
  Wakeup freed_;
};

}  // namespace tarsier
