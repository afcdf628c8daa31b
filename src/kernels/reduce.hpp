// Sums over a frame and over its regions, and between two frames. Pure; exact integers; any thread; only
// region_table() allocates.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "frame/region_mask.hpp"
#include "kernels/correct.hpp"

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

// Adds the totals of other pixels: bands of a frame, in any order, make its totals.
void merge(Totals& into, const Totals& part);

// The spans of all regions, sorted by line. Those of line y are spans[first_of_line[y]] to spans[first_of_line[y + 1]],
// without the latter; lines from first_of_line.size() - 1 on have none. spans[i] belongs to region owners[i].
struct RegionTable {
  std::vector<Span> spans;
  std::vector<std::uint32_t> owners;
  std::vector<std::uint64_t> pixels;  // n of each region
  std::vector<std::uint32_t> first_of_line;
};
[[nodiscard]] RegionTable region_table(std::span<const RegionMask> regions);

// Frames hold size.pixels() pixels without padding.
template <typename Pixel>
struct FramePass {
  std::span<const Pixel> current;
  std::span<const Pixel> previous;                // the frame before, corrected likewise; empty: there is no pair
  const Correction<Pixel>* correction = nullptr;  // null: none
  std::span<Pixel> corrected;                     // where the corrected frame goes; unused without correction
  ImageSize size;
  std::uint32_t threshold = 0;
  bool statistics = true;  // sum, sum_sq, min and max are wanted
  const RegionTable* table = nullptr;
};

// Lines first_y <= y < end_y.
struct LineRange {
  std::uint32_t first_y = 0;
  std::uint32_t end_y = 0;
};

// Corrects those lines of the frame, compares them with the frame before, and adds their totals to `whole` and, for
// every region of the table, to regions[i]: one pass, in which a line stays in the cache while its spans are added.
// Disjoint ranges may be passed over by several threads at once, each with totals of its own: none reads what another
// corrects.
template <typename Pixel>
void reduce(const FramePass<Pixel>& pass, LineRange lines, Totals& whole, std::span<Totals> regions);

// sums[i] += pixels[i], and the mean rounded half up, (2 sum + n) / (2 n), of `count` frames.
void accumulate(std::span<const std::uint8_t> pixels, std::span<std::uint32_t> sums);
void accumulate(std::span<const std::uint16_t> pixels, std::span<std::uint32_t> sums);
void mean_of_sums(std::span<const std::uint32_t> sums, std::uint32_t count, std::span<std::uint8_t> pixels);
void mean_of_sums(std::span<const std::uint32_t> sums, std::uint32_t count, std::span<std::uint16_t> pixels);

}  // namespace tarsier
