// Frames to measure on: few that stay in the cache, or more than the caches of any processor here hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "frame/arena.hpp"

namespace tarsier {

inline constexpr std::size_t warm_frames = 3;
inline constexpr std::size_t cold_bytes = std::size_t{640} << 20;

// `count` frames of `bytes` each, in memory like that of the ring's slots, of a dim scene with noise.
class FrameSet {
 public:
  FrameSet(std::size_t count, std::size_t bytes)
      : arena_(Arena::create(Bytes{count * Arena::cost(bytes).count}).value()) {
    std::minstd_rand random(1);
    std::vector<std::uint8_t> noise(bytes + 4096);
    for (std::uint8_t& value : noise) value = static_cast<std::uint8_t>(80 + (random() >> 8) % 64);
    for (std::size_t i = 0; i < count; ++i) {
      const auto memory = arena_.take(bytes);
      frames_.emplace_back(reinterpret_cast<std::uint8_t*>(memory.data()), bytes);
      std::memcpy(memory.data(), noise.data() + i * 61 % 4096, bytes);
    }
  }
  [[nodiscard]] static FrameSet cold(std::size_t bytes) { return {cold_bytes / bytes + 2, bytes}; }
  [[nodiscard]] static FrameSet warm(std::size_t bytes) { return {warm_frames, bytes}; }

  // Frame i, or the one in the set that is i modulo their number.
  [[nodiscard]] std::span<std::uint8_t> frame(std::size_t i) { return frames_[i % frames_.size()]; }

 private:
  Arena arena_;
  std::vector<std::span<std::uint8_t>> frames_;
};

}  // namespace tarsier
