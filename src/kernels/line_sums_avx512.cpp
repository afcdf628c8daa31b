#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>

#include "kernels/line_sums.hpp"
#include "kernels/versions.hpp"

#define TARSIER_AVX512_INLINE [[gnu::always_inline, TARSIER_TARGET_AVX512]] inline

namespace tarsier {
namespace {

constexpr std::size_t lanes = 64;
// About two lines of a camera ahead.
constexpr std::size_t prefetch_bytes = 2560;

struct Sums {
  __m512i abs_diff_sum, sum, sum_sq, min, max;
  std::uint64_t changed;
};

TARSIER_AVX512_INLINE void add_pair(__m512i current, __m512i previous, __m512i threshold, Sums& sums) {
  const __m512i difference = _mm512_sub_epi8(_mm512_max_epu8(current, previous), _mm512_min_epu8(current, previous));
  sums.abs_diff_sum = _mm512_dpbusd_epi32(sums.abs_diff_sum, difference, _mm512_set1_epi8(1));
  sums.changed += static_cast<std::uint64_t>(__builtin_popcountll(_mm512_cmpgt_epu8_mask(difference, threshold)));
}

// The dot product takes signed bytes on one side: I (I - 128) here, and 128 I afterwards.
TARSIER_AVX512_INLINE void add_statistics(__m512i current, __mmask64 mask, Sums& sums) {
  sums.sum = _mm512_dpbusd_epi32(sums.sum, current, _mm512_set1_epi8(1));
  sums.sum_sq = _mm512_dpbusd_epi32(sums.sum_sq, current, _mm512_xor_si512(current, _mm512_set1_epi8(-128)));
  sums.min = _mm512_mask_min_epu8(sums.min, mask, sums.min, current);
  sums.max = _mm512_max_epu8(sums.max, current);
}

template <bool statistics, bool pair, bool prefetch>
TARSIER_AVX512_INLINE void add(const Lines& lines, std::size_t count, LaneSums<lanes>& kept) {
  const __m512i threshold = _mm512_set1_epi8(static_cast<char>(lines.threshold));
  const __m512i zero = _mm512_setzero_si512();
  Sums sums{_mm512_load_si512(&kept.abs_diff_sum), zero, zero, _mm512_load_si512(&kept.min),
            _mm512_load_si512(&kept.max),          0};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    if constexpr (prefetch) {
      _mm_prefetch(reinterpret_cast<const char*>(lines.current + i + prefetch_bytes), _MM_HINT_T0);
      if constexpr (pair) {
        _mm_prefetch(reinterpret_cast<const char*>(lines.previous + i + prefetch_bytes), _MM_HINT_T0);
      }
    }
    const __m512i current = _mm512_loadu_si512(lines.current + i);
    if constexpr (pair) add_pair(current, _mm512_loadu_si512(lines.previous + i), threshold, sums);
    if constexpr (statistics) add_statistics(current, ~__mmask64{0}, sums);
  }
  if (i < count) {
    const __mmask64 mask = ~__mmask64{0} >> (lanes - (count - i));
    const __m512i current = _mm512_maskz_loadu_epi8(mask, lines.current + i);
    if constexpr (pair) add_pair(current, _mm512_maskz_loadu_epi8(mask, lines.previous + i), threshold, sums);
    if constexpr (statistics) add_statistics(current, mask, sums);
  }
  kept.steps += static_cast<std::uint32_t>((count + lanes - 1) / lanes);
  if constexpr (pair) {
    _mm512_store_si512(&kept.abs_diff_sum, sums.abs_diff_sum);
    kept.changed[0] += static_cast<std::uint32_t>(sums.changed);
  }
  if constexpr (statistics) {
    const __m512i squares = _mm512_add_epi32(sums.sum_sq, _mm512_maskz_slli_epi32(0xFFFF, sums.sum, 7));
    _mm512_store_si512(&kept.sum, _mm512_add_epi32(_mm512_load_si512(&kept.sum), sums.sum));
    _mm512_store_si512(&kept.sum_sq, _mm512_add_epi32(_mm512_load_si512(&kept.sum_sq), squares));
    _mm512_store_si512(&kept.min, sums.min);
    _mm512_store_si512(&kept.max, sums.max);
  }
}

template <bool statistics, bool pair>
[[TARSIER_TARGET_AVX512]] void add_all_spans(const Lines& lines, const SpansOfLine& line, RegionSums<lanes>& regions) {
  for (std::size_t i = 0; i < line.spans.size(); ++i) {
    const Span span = line.spans[i];
    for (std::size_t x = span.first_x_px; x < span.end_x_px; x += stretch_pixels<lanes>) {
      Lines stretch = lines;
      stretch.current += x;
      if constexpr (pair) stretch.previous += x;
      const std::size_t left = span.end_x_px - x;
      add<statistics, pair, false>(stretch, left < stretch_pixels<lanes> ? left : stretch_pixels<lanes>,
                                   regions.of(line.owners[i]));
    }
  }
}

}  // namespace

[[TARSIER_TARGET_AVX512]] void add_stretch_avx512(const Lines& lines, std::size_t count, LaneSums<lanes>& sums) {
  if (lines.previous == nullptr) return add<true, false, true>(lines, count, sums);
  if (lines.statistics) return add<true, true, true>(lines, count, sums);
  add<false, true, true>(lines, count, sums);
}

void add_spans_avx512(const Lines& lines, const SpansOfLine& line, RegionSums<lanes>& regions) {
  if (lines.previous == nullptr) return add_all_spans<true, false>(lines, line, regions);
  if (lines.statistics) return add_all_spans<true, true>(lines, line, regions);
  add_all_spans<false, true>(lines, line, regions);
}

}  // namespace tarsier
#endif
