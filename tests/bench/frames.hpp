// Frames to measure on: few that stay in the cache, or more than the caches of any processor here hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "frame/frame_view.hpp"

namespace tarsier {

inline constexpr std::size_t warm_frames = 3;
inline constexpr std::size_t cold_bytes = std::size_t{640} << 20;

// `count` frames of `bytes` each, aligned like slots of the ring, of a dim scene with noise.
class FrameSet {
 public:
  FrameSet(std::size_t count, std::size_t bytes)
      : count_(count), bytes_(bytes), stride_((bytes + 127) / 64 * 64), memory_(count * stride_ + 64) {
    std::minstd_rand random(1);
    std::vector<std::uint8_t> noise(bytes + 4096);
    for (std::uint8_t& value : noise) value = static_cast<std::uint8_t>(80 + (random() >> 8) % 64);
    for (std::size_t i = 0; i < count; ++i) std::memcpy(data(i), noise.data() + i * 61 % 4096, bytes);
  }
  [[nodiscard]] static FrameSet cold(std::size_t bytes) { return {cold_bytes / bytes + 2, bytes}; }
  [[nodiscard]] static FrameSet warm(std::size_t bytes) { return {warm_frames, bytes}; }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::span<std::uint8_t> frame(std::size_t i) { return {data(i), bytes_}; }

 private:
  std::uint8_t* data(std::size_t i) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    return memory_.data() + (64 - address % 64) % 64 + i % count_ * stride_;
  }
  std::size_t count_, bytes_, stride_;
  std::vector<std::uint8_t> memory_;
};

}  // namespace tarsier
