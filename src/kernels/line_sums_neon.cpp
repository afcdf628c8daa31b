#if defined(__aarch64__)
#include <arm_neon.h>

#include <algorithm>

#include "kernels/line_sums.hpp"

namespace tarsier {
namespace {

constexpr std::size_t lanes = 16;

// Within a stretch: sums of bytes in 16 bits, counts in 8.
struct Sums {
  uint16x8_t abs_diff_sum, sum;
  uint8x16_t changed;
  uint32x4_t sum_sq;
  uint8x16_t min, max;
};

[[gnu::always_inline]] inline void add_pair(uint8x16_t current, uint8x16_t previous, uint8x16_t threshold, Sums& sums) {
  const uint8x16_t difference = vabdq_u8(current, previous);
  sums.abs_diff_sum = vpadalq_u8(sums.abs_diff_sum, difference);
  // All ones is -1.
  sums.changed = vsubq_u8(sums.changed, vcgtq_u8(difference, threshold));
}

[[gnu::always_inline]] inline void add_statistics(uint8x16_t current, uint8x16_t for_min, Sums& sums) {
  sums.sum = vpadalq_u8(sums.sum, current);
  sums.sum_sq = vpadalq_u16(sums.sum_sq, vmull_u8(vget_low_u8(current), vget_low_u8(current)));
  sums.sum_sq = vpadalq_u16(sums.sum_sq, vmull_high_u8(current, current));
  sums.min = vminq_u8(sums.min, for_min);
  sums.max = vmaxq_u8(sums.max, current);
}

alignas(64) constexpr std::uint8_t ones_then_zeros[2 * lanes] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                                 255, 255, 255, 255, 255, 255, 255, 255};

template <bool statistics, bool pair>
[[gnu::always_inline]] inline void add_tail(const Lines& lines, std::size_t first, std::size_t count,
                                            uint8x16_t threshold, Sums& sums) {
  const uint8x16_t mask = vld1q_u8(ones_then_zeros + lanes - count);
  const uint8x16_t kept = vandq_u8(vld1q_u8(lines.current + first), mask);
  if constexpr (pair) add_pair(kept, vandq_u8(vld1q_u8(lines.previous + first), mask), threshold, sums);
  if constexpr (statistics) add_statistics(kept, vornq_u8(kept, mask), sums);
}

template <bool statistics, bool pair>
[[gnu::always_inline]] inline void add_vector(const Lines& lines, std::size_t first, uint8x16_t threshold, Sums& sums) {
  const uint8x16_t current = vld1q_u8(lines.current + first);
  if constexpr (pair) add_pair(current, vld1q_u8(lines.previous + first), threshold, sums);
  if constexpr (statistics) add_statistics(current, current, sums);
}

template <bool statistics, bool pair>
[[gnu::always_inline]] inline void add(const Lines& lines, std::size_t count, LaneSums<lanes>& kept) {
  const uint8x16_t threshold = vdupq_n_u8(lines.threshold);
  Sums sums{
      vdupq_n_u16(0),           vdupq_n_u16(0), vdupq_n_u8(0), vld1q_u32(kept.sum_sq.data()), vld1q_u8(kept.min.data()),
      vld1q_u8(kept.max.data())};
  std::size_t i = 0;
  // Four at a time: the loop's own instructions count beside 14 of a vector.
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    add_vector<statistics, pair>(lines, i, threshold, sums);
    add_vector<statistics, pair>(lines, i + lanes, threshold, sums);
    add_vector<statistics, pair>(lines, i + 2 * lanes, threshold, sums);
    add_vector<statistics, pair>(lines, i + 3 * lanes, threshold, sums);
  }
  for (; i + lanes <= count; i += lanes) add_vector<statistics, pair>(lines, i, threshold, sums);
  if (i < count) add_tail<statistics, pair>(lines, i, count - i, threshold, sums);
  kept.steps += static_cast<std::uint32_t>((count + lanes - 1) / lanes);
  if constexpr (pair) {
    vst1q_u32(kept.abs_diff_sum.data(), vpadalq_u16(vld1q_u32(kept.abs_diff_sum.data()), sums.abs_diff_sum));
    vst1q_u32(kept.changed.data(), vpadalq_u16(vld1q_u32(kept.changed.data()), vpaddlq_u8(sums.changed)));
  }
  if constexpr (statistics) {
    vst1q_u32(kept.sum.data(), vpadalq_u16(vld1q_u32(kept.sum.data()), sums.sum));
    vst1q_u32(kept.sum_sq.data(), sums.sum_sq);
    vst1q_u8(kept.min.data(), sums.min);
    vst1q_u8(kept.max.data(), sums.max);
  }
}

template <bool statistics, bool pair>
void add_all_spans(const Lines& lines, const SpansOfLine& line, RegionSums<lanes>& regions) {
  for (std::size_t i = 0; i < line.spans.size(); ++i) {
    const Span span = line.spans[i];
    for (std::size_t x = span.first_x_px; x < span.end_x_px; x += stretch_pixels<lanes>) {
      Lines stretch = lines;
      stretch.current += x;
      if constexpr (pair) stretch.previous += x;
      const std::size_t left = span.end_x_px - x;
      add<statistics, pair>(stretch, left < stretch_pixels<lanes> ? left : stretch_pixels<lanes>,
                            regions.of(line.owners[i]));
    }
  }
}

}  // namespace

void add_stretch_neon(const Lines& lines, std::size_t count, LaneSums<lanes>& sums) {
  if (lines.previous == nullptr) return add<true, false>(lines, count, sums);
  if (lines.statistics) return add<true, true>(lines, count, sums);
  add<false, true>(lines, count, sums);
}

void add_spans_neon(const Lines& lines, const SpansOfLine& line, RegionSums<lanes>& regions) {
  if (lines.previous == nullptr) return add_all_spans<true, false>(lines, line, regions);
  if (lines.statistics) return add_all_spans<true, true>(lines, line, regions);
  add_all_spans<false, true>(lines, line, regions);
}

}  // namespace tarsier
#endif
