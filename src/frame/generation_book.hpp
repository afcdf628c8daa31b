// What the generations of a rig mean to one thread of a camera: written by the supervisor, looked up by that thread
// when the first frame of a generation reaches it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

namespace tarsier {

// Any thread. Locks for a moment; allocates in add().
template <typename Value>
class GenerationBook {
 public:
  // Generations are added in rising order, each before its first frame.
  void add(std::uint32_t generation, std::shared_ptr<const Value> value) {
    const std::lock_guard lock(mutex_);
    entries_.push_back({generation, std::move(value)});
  }
  // No frame will ever belong to it.
  void forget(std::uint32_t generation) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const Entry& entry) { return entry.generation == generation; });
  }
  // Takes out what there is up to `generation`, of which only the latest counts; null: nothing.
  [[nodiscard]] std::shared_ptr<const Value> take(std::uint32_t generation) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const Value> latest;
    while (!entries_.empty() && entries_.front().generation <= generation) {
      latest = std::move(entries_.front().value);
      entries_.pop_front();
    }
    return latest;
  }

 private:
  struct Entry {
    std::uint32_t generation;
    std::shared_ptr<const Value> value;
  };

  std::mutex mutex_;
  std::deque<Entry> entries_;
};

}  // namespace tarsier
