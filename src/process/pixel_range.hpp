// A stretch of a frame's pixels: the band of lines that one thread works on.
#pragma once

#include <cstddef>
#include <span>

#include "frame/arena.hpp"

namespace tarsier {

struct PixelRange {
  std::size_t first = 0;
  std::size_t count = 0;

  // That part of `whole`, or nothing of nothing.
  template <typename Value>
  [[nodiscard]] std::span<Value> of(std::span<Value> whole) const {
    return whole.empty() ? whole : whole.subspan(first, count);
  }
};

// `count` zeroed values out of the arena.
template <typename Value>
[[nodiscard]] std::span<Value> take_values(Arena& arena, std::size_t count) {
  return {reinterpret_cast<Value*>(arena.take(count * sizeof(Value)).data()), count};
}

}  // namespace tarsier
