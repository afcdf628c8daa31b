#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>

#include "kernels/line_sums.hpp"
#include "kernels/versions.hpp"

#define TARSIER_AVX2_INLINE [[gnu::always_inline, TARSIER_TARGET_AVX2]] inline

namespace tarsier {
namespace {

constexpr std::size_t lanes = 32;
// About two lines of a camera ahead.
constexpr std::size_t prefetch_bytes = 2560;

TARSIER_AVX2_INLINE __m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
TARSIER_AVX2_INLINE void store(void* to, __m256i value) { _mm256_storeu_si256(static_cast<__m256i*>(to), value); }

// All ones in the first `count` lanes.
TARSIER_AVX2_INLINE __m256i first_lanes(std::size_t count) {
  alignas(64) static constexpr auto ones_then_zeros = [] {
    std::array<std::uint8_t, 2 * lanes> bytes{};
    std::fill_n(bytes.begin(), lanes, std::uint8_t{255});
    return bytes;
  }();
  return load(ones_then_zeros.data() + lanes - count);
}

struct Sums {
  __m256i abs_diff_sum, changed, sum, sum_sq, min, max;
};

TARSIER_AVX2_INLINE void add_pair(__m256i current, __m256i previous, __m256i threshold, Sums& sums) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i difference = _mm256_sub_epi8(_mm256_max_epu8(current, previous), _mm256_min_epu8(current, previous));
  sums.abs_diff_sum = _mm256_add_epi32(sums.abs_diff_sum, _mm256_sad_epu8(difference, zero));
  // All ones is -1: counts of what did not change, in 8 bits.
  const __m256i same = _mm256_cmpeq_epi8(_mm256_subs_epu8(difference, threshold), zero);
  sums.changed = _mm256_sub_epi8(sums.changed, same);
}

TARSIER_AVX2_INLINE void add_statistics(__m256i current, __m256i for_min, Sums& sums) {
  sums.sum = _mm256_add_epi32(sums.sum, _mm256_sad_epu8(current, _mm256_setzero_si256()));
  const __m256i even = _mm256_and_si256(current, _mm256_set1_epi16(255));
  const __m256i odd = _mm256_srli_epi16(current, 8);
  const __m256i squares = _mm256_add_epi32(_mm256_madd_epi16(even, even), _mm256_madd_epi16(odd, odd));
  sums.sum_sq = _mm256_add_epi32(sums.sum_sq, squares);
  sums.min = _mm256_min_epu8(sums.min, for_min);
  sums.max = _mm256_max_epu8(sums.max, current);
}

template <bool statistics, bool pair>
TARSIER_AVX2_INLINE void add_tail(const Lines& lines, std::size_t first, std::size_t count, __m256i threshold,
                                  Sums& sums) {
  const __m256i mask = first_lanes(count);
  const __m256i current = load(lines.current + first);
  const __m256i kept = _mm256_and_si256(current, mask);
  if constexpr (pair) add_pair(kept, _mm256_and_si256(load(lines.previous + first), mask), threshold, sums);
  if constexpr (statistics) {
    add_statistics(kept, _mm256_or_si256(kept, _mm256_xor_si256(mask, _mm256_set1_epi8(-1))), sums);
  }
}

template <bool statistics, bool pair, bool prefetch>
TARSIER_AVX2_INLINE void add(const Lines& lines, std::size_t count, LaneSums<lanes>& kept) {
  const __m256i threshold = _mm256_set1_epi8(static_cast<char>(lines.threshold));
  Sums sums{load(&kept.abs_diff_sum), _mm256_setzero_si256(), load(&kept.sum),
            load(&kept.sum_sq),       load(&kept.min),        load(&kept.max)};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    if constexpr (prefetch) {
      _mm_prefetch(reinterpret_cast<const char*>(lines.current + i + prefetch_bytes), _MM_HINT_T0);
      if constexpr (pair) {
        _mm_prefetch(reinterpret_cast<const char*>(lines.previous + i + prefetch_bytes), _MM_HINT_T0);
      }
    }
    const __m256i current = load(lines.current + i);
    if constexpr (pair) add_pair(current, load(lines.previous + i), threshold, sums);
    if constexpr (statistics) add_statistics(current, current, sums);
  }
  if (i < count) add_tail<statistics, pair>(lines, i, count - i, threshold, sums);
  const std::size_t steps = (count + lanes - 1) / lanes;
  kept.steps += static_cast<std::uint32_t>(steps);
  if constexpr (pair) {
    store(&kept.abs_diff_sum, sums.abs_diff_sum);
    const __m256i same = _mm256_sad_epu8(sums.changed, _mm256_setzero_si256());
    const __m256i all = _mm256_set1_epi64x(static_cast<std::int64_t>(8 * steps));
    store(&kept.changed, _mm256_add_epi32(load(&kept.changed), _mm256_sub_epi32(all, same)));
  }
  if constexpr (statistics) {
    store(&kept.sum, sums.sum);
    store(&kept.sum_sq, sums.sum_sq);
    store(&kept.min, sums.min);
    store(&kept.max, sums.max);
  }
}

template <bool statistics, bool pair>
[[TARSIER_TARGET_AVX2]] void add_all_spans(const Lines& lines, const SpansOfLine& line, RegionSums<lanes>& regions) {
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

[[TARSIER_TARGET_AVX2]] void add_stretch_avx2(const Lines& lines, std::size_t count, LaneSums<lanes>& sums) {
  if (lines.previous == nullptr) return add<true, false, true>(lines, count, sums);
  if (lines.statistics) return add<true, true, true>(lines, count, sums);
  add<false, true, true>(lines, count, sums);
}

void add_spans_avx2(const Lines& lines, const SpansOfLine& line, RegionSums<lanes>& regions) {
  if (lines.previous == nullptr) return add_all_spans<true, false>(lines, line, regions);
  if (lines.statistics) return add_all_spans<true, true>(lines, line, regions);
  add_all_spans<false, true>(lines, line, regions);
}

}  // namespace tarsier
#endif
