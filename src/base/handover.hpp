// A place for one value from any thread to one other, which looks there again and again and never waits.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

namespace tarsier {

template <typename Value>
class Handover {
 public:
  // Any thread: takes the place of a value that nobody has taken yet, which is returned.
  std::optional<Value> put(Value value) {
    const std::lock_guard lock(mutex_);
    auto before = std::exchange(value_, std::move(value));
    full_.store(true, std::memory_order_relaxed);
    return before;
  }
  // The taking thread. Costs one relaxed load while there is nothing.
  [[nodiscard]] std::optional<Value> take() {
    // Relaxed: the mutex orders the value itself; one that is seen a moment later is taken then.
    if (!full_.load(std::memory_order_relaxed)) return std::nullopt;
    const std::lock_guard lock(mutex_);
    full_.store(false, std::memory_order_relaxed);
    return std::exchange(value_, std::nullopt);
  }

 private:
  std::atomic<bool> full_{false};
  std::mutex mutex_;
  std::optional<Value> value_;
};

}  // namespace tarsier
