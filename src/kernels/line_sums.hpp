// Sums over stretches of uint8 lines that stay in the lanes of vectors: what reduce() keeps while it goes from line to
// line. Pure; exact; allocates nothing; any thread.
// Each instruction set has a file of its own and in it the same skeleton: GCC inlines a function for a target only into
// functions of that target, so no template here could hold it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/reduce.hpp"

namespace tarsier {

// Vectors of `lanes` bytes. A step adds one vector; the sum of squares is what fills a lane of 32 bits first: a step
// adds at most 4 * 255^2 to it.
template <std::size_t lanes>
struct alignas(64) LaneSums {
  std::array<std::uint32_t, lanes / 4> abs_diff_sum{};
  std::array<std::uint32_t, lanes / 4> changed{};
  std::array<std::uint32_t, lanes / 4> sum{};
  std::array<std::uint32_t, lanes / 4> sum_sq{};
  std::array<std::uint8_t, lanes> min = all_ones();
  std::array<std::uint8_t, lanes> max{};
  std::uint32_t steps = 0;

 private:
  static constexpr std::array<std::uint8_t, lanes> all_ones() {
    std::array<std::uint8_t, lanes> ones{};
    ones.fill(255);
    return ones;
  }
};

// Steps that a stretch takes at most: counts within it are kept in 8 bits. Those on NEON, sums of two bytes in 16 bits.
template <std::size_t lanes>
inline constexpr std::size_t stretch_steps = lanes == 16 ? 128 : 255;
template <std::size_t lanes>
inline constexpr std::size_t stretch_pixels = stretch_steps<lanes>* lanes;
inline constexpr std::uint32_t largest_steps = 0xFFFFFFFFU / (4 * 255 * 255) - 255;

// Adds the lanes to `totals` and empties them.
template <std::size_t lanes>
[[gnu::noinline]] void collect(LaneSums<lanes>& sums, bool statistics, Totals& totals) {
  for (std::size_t i = 0; i < lanes / 4; ++i) {
    totals.abs_diff_sum += sums.abs_diff_sum[i];
    totals.changed += sums.changed[i];
    totals.sum += sums.sum[i];
    totals.sum_sq += sums.sum_sq[i];
  }
  for (std::size_t i = 0; i < lanes && statistics && sums.steps > 0; ++i) {
    totals.min = std::min<std::uint16_t>(totals.min, sums.min[i]);
    totals.max = std::max<std::uint16_t>(totals.max, sums.max[i]);
  }
  sums = {};
}

// The sums of regions, a fixed number at a time: regions that share a line are mostly neighbours in the table, so one
// seldom takes another's place, whatever their number.
template <std::size_t lanes>
class RegionSums {
 public:
  RegionSums(std::span<Totals> regions, bool statistics) : regions_(regions), statistics_(statistics) {
    owners_.fill(nobody);
  }

  // Room for one more stretch of `region`.
  [[gnu::always_inline]] LaneSums<lanes>& of(std::uint32_t region) {
    const std::size_t slot = region % owners_.size();
    if (owners_[slot] != region || sums_[slot].steps > largest_steps) replace(slot, region);
    return sums_[slot];
  }
  void finish() {
    for (std::size_t slot = 0; slot < owners_.size(); ++slot) replace(slot, nobody);
  }

 private:
  static constexpr std::uint32_t nobody = UINT32_MAX;

  [[gnu::noinline]] void replace(std::size_t slot, std::uint32_t region) {
    if (owners_[slot] != nobody) collect(sums_[slot], statistics_, regions_[owners_[slot]]);
    owners_[slot] = region;
  }

  std::span<Totals> regions_;
  bool statistics_;
  std::array<std::uint32_t, 64> owners_;
  std::array<LaneSums<lanes>, 64> sums_;
};

// Lines as the loops see them. `previous` is null where there is no pair.
struct Lines {
  const std::uint8_t* current;
  const std::uint8_t* previous;
  std::uint8_t threshold;
  bool statistics;
};
struct SpansOfLine {
  std::span<const Span> spans;
  const std::uint32_t* owners;
};

// Adds `count` pixels from `lines` on, at most stretch_pixels, to the sums; memory further on is prefetched. Up to
// lanes - 1 pixels behind them are read where `count` is no multiple of the lanes.
template <std::size_t lanes>
using AddStretch = void(const Lines& lines, std::size_t count, LaneSums<lanes>& sums);
// Adds the spans of the line at `lines` to the sums of their regions. Up to lanes - 1 pixels behind a span are read.
template <std::size_t lanes>
using AddSpans = void(const Lines& lines, const SpansOfLine& line, RegionSums<lanes>& regions);

#if defined(__x86_64__)
AddStretch<32> add_stretch_avx2;
AddSpans<32> add_spans_avx2;
AddStretch<64> add_stretch_avx512;
AddSpans<64> add_spans_avx512;
#elif defined(__aarch64__)
AddStretch<16> add_stretch_neon;
AddSpans<16> add_spans_neon;
#endif

}  // namespace tarsier
