// A list whose memory comes from the arena and never grows.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

#include "frame/arena.hpp"

namespace tarsier {

template <typename Value>
class FixedList {
  static_assert(std::is_trivially_destructible_v<Value>);

 public:
  [[nodiscard]] static Bytes cost(std::uint64_t capacity) { return Arena::cost(capacity * sizeof(Value)); }
  FixedList() = default;
  // Room for nothing when the arena is exhausted.
  FixedList(Arena& arena, std::uint64_t capacity) {
    const auto memory = arena.take(capacity * sizeof(Value));
    values_ = {reinterpret_cast<Value*>(memory.data()), memory.size() / sizeof(Value)};
    std::uninitialized_default_construct(values_.begin(), values_.end());
  }

  // False when full.
  [[nodiscard]] bool push(const Value& value) {
    if (size_ == values_.size()) return false;
    values_[size_++] = value;
    return true;
  }
  void clear() { size_ = 0; }
  [[nodiscard]] std::uint64_t room() const { return values_.size() - size_; }
  [[nodiscard]] std::uint64_t capacity() const { return values_.size(); }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::span<Value> values() { return values_.first(size_); }
  [[nodiscard]] std::span<const Value> values() const { return values_.first(size_); }

 private:
  std::span<Value> values_;
  std::size_t size_ = 0;
};

}  // namespace tarsier
