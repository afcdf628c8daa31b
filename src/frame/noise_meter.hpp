// How much pixels differ from frame to frame where nothing moves: the noise that `changed_threshold` must stand above.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "frame/pixel_format.hpp"

namespace tarsier {

// One thread. Allocates nothing.
class NoiseMeter {
 public:
  // A pair of frames: the mean of |I[t] - I[t-1]| over its pixels, in levels. Pairs without any difference are copies
  // of one frame and tell nothing.
  void add(double mean_difference);
  [[nodiscard]] std::uint64_t pairs() const { return pairs_; }

  // Standard deviation of the difference of a pixel, in levels, within 1 %: of normal noise it is sqrt(pi / 2) times
  // the mean absolute difference; of that the median over the pairs counts, so that animals that move now and then do
  // not. None before the first pair.
  [[nodiscard]] std::optional<double> difference_std() const;
  // Five of these, rounded up: noise alone passes it in about 1 of 1.7 million pixels. None where that is more than a
  // pixel can change.
  [[nodiscard]] std::optional<std::uint32_t> proposed_threshold(StoredPixel pixel) const;

 private:
  // Bins of equal ratio, from 2^-12 to 2^16 levels.
  static constexpr int bins_per_octave = 72;
  static constexpr int lowest_octave = -12;
  static constexpr int octaves = 28;
  std::array<std::uint32_t, bins_per_octave * octaves> counts_{};
  std::uint64_t pairs_ = 0;
};

}  // namespace tarsier
