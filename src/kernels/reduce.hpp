// Sums over a frame and over its regions, and between two frames. Pure; exact integers; allocates nothing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "frame/region_mask.hpp"

namespace tarsier {

// Over the pixels I of a set M, and P of the frame before:
struct Totals {
  std::uint64_t abs_diff_sum = 0;  // sum |I - P|; 0 without a frame before
  std::uint64_t changed = 0;       // #{ |I - P| > threshold }
  std::uint64_t sum = 0;           // sum I
  std::uint64_t sum_sq = 0;        // sum I^2
  std::uint16_t min = UINT16_MAX;
  std::uint16_t max = 0;
  bool operator==(const Totals&) const = default;
};

// Reduces one frame line by line: the whole line, then that line's spans. `current` and `previous` hold
// size.pixels() pixels without padding; `previous` is empty for the first frame. `spans[i]` belongs to region
// `owners[i]`; spans are sorted by line (RegionTable makes them so). Results are added to `whole` and `regions`.
struct RegionTable {
  std::vector<Span> spans;            // of all regions, by line
  std::vector<std::uint32_t> owners;  // region of each span
  std::vector<std::uint64_t> pixels;  // n of each region
};
[[nodiscard]] RegionTable region_table(std::span<const RegionMask> regions);

void reduce(std::span<const std::uint8_t> current, std::span<const std::uint8_t> previous, ImageSize size,
            std::uint32_t threshold, const RegionTable& table, Totals& whole, std::span<Totals> regions);
void reduce(std::span<const std::uint16_t> current, std::span<const std::uint16_t> previous, ImageSize size,
            std::uint32_t threshold, const RegionTable& table, Totals& whole, std::span<Totals> regions);

// sums[i] += pixels[i], and the mean rounded half up, (2 sum + n) / (2 n), of `count` frames.
void accumulate(std::span<const std::uint8_t> pixels, std::span<std::uint32_t> sums);
void accumulate(std::span<const std::uint16_t> pixels, std::span<std::uint32_t> sums);
void mean_of_sums(std::span<const std::uint32_t> sums, std::uint32_t count, std::span<std::uint8_t> pixels);
void mean_of_sums(std::span<const std::uint32_t> sums, std::uint32_t count, std::span<std::uint16_t> pixels);

}  // namespace tarsier
