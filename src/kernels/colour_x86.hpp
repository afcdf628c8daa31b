// Gray of packed colour with AVX2 and AVX-512. The last block of a line ends with it and may overlap the one before:
// no byte beyond the line is read, nor one written.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>

#include <array>

#include "kernels/colour_scalar.hpp"

namespace tarsier {

// Asks for the bytes of blocks that come later: without it a core waits for memory a third longer. Addresses behind the
// lines do no harm, the processor lets them be.
inline constexpr std::size_t source_ahead = 4096, gray_ahead = 1536;
template <std::size_t source_bytes>
TARSIER_LOOP void fetch_ahead(const std::uint8_t* source, std::uint8_t* gray) {
  for (std::size_t at = 0; at < source_bytes; at += 64) __builtin_prefetch(source + source_ahead + at);
  __builtin_prefetch(gray + gray_ahead, 1);
}

// AVX2, 32 pixels at a time, 4 in each lane of a vector: pixels 4 k from 0 and from 16.
inline constexpr std::size_t avx2_block_pixels = 32;

// Of a lane that begins at pixel 0, `shifted` bytes into it: R,G of 4 pixels, then B,0 of them.
template <PackedColour layout>
consteval std::array<char, 16> pairs_of_a_lane(std::size_t shifted) {
  std::array<char, 16> order{};
  for (std::size_t pixel = 0; pixel < 4; ++pixel) {
    const std::size_t first = shifted + pixel * layout.step;
    order[2 * pixel] = static_cast<char>(first + layout.red);
    order[2 * pixel + 1] = static_cast<char>(first + layout.green);
    order[8 + 2 * pixel] = static_cast<char>(first + layout.blue);
    order[8 + 2 * pixel + 1] = static_cast<char>(0x80);  // becomes 0
  }
  return order;
}

template <PackedColour layout>
struct Avx2Order {
  // The very last lane would read 4 bytes beyond the block: it is loaded earlier, and shuffled from later bytes.
  static constexpr std::size_t too_far = 16 - 4 * layout.step;
  alignas(16) static constexpr std::array<char, 16> lane = pairs_of_a_lane<layout>(0);
  alignas(16) static constexpr std::array<char, 16> last_lane = pairs_of_a_lane<layout>(too_far);
};

[[TARSIER_TARGET_AVX2]] inline __m128i load_lane(const void* bytes) {
  return _mm_loadu_si128(static_cast<const __m128i*>(bytes));
}

// Four pixels from pixel 4 k on, and four from 16 + 4 k on: R,G and B,0 pairs of each.
template <PackedColour layout, std::size_t k>
[[TARSIER_TARGET_AVX2, gnu::always_inline]] inline __m256i avx2_pairs(const std::uint8_t* source) {
  using Order = Avx2Order<layout>;
  constexpr std::size_t lane = 4 * layout.step;
  constexpr std::size_t back = k == 3 ? Order::too_far : 0;
  const __m256i pixels = _mm256_inserti128_si256(_mm256_castsi128_si256(load_lane(source + k * lane)),
                                                 load_lane(source + (4 + k) * lane - back), 1);
  const __m256i order = _mm256_inserti128_si256(_mm256_castsi128_si256(load_lane(Order::lane.data())),
                                                load_lane((k == 3 ? Order::last_lane : Order::lane).data()), 1);
  return _mm256_shuffle_epi8(pixels, order);
}

// Grays of 16 pixels in 16-bit words, of the pairs of twice 8 pixels: (H + (L >> 8) + 64) >> 7.
[[TARSIER_TARGET_AVX2, gnu::always_inline]] inline __m256i avx2_grays(__m256i one, __m256i other) {
  using W = SplitWeights;
  const __m256i high_rg = _mm256_set1_epi16(W::high_green * 256 + W::high_red);
  const __m256i low_rg = _mm256_set1_epi16(W::low_green * 256 + W::low_red);
  const __m256i high_b = _mm256_set1_epi16(W::high_blue);
  const __m256i low_b = _mm256_set1_epi16(W::low_blue & 0xFF);
  const __m256i rg = _mm256_unpacklo_epi64(one, other);
  const __m256i b = _mm256_unpackhi_epi64(one, other);
  const __m256i high = _mm256_add_epi16(_mm256_maddubs_epi16(rg, high_rg), _mm256_maddubs_epi16(b, high_b));
  const __m256i low = _mm256_add_epi16(_mm256_maddubs_epi16(rg, low_rg), _mm256_maddubs_epi16(b, low_b));
  // A multiplication by 256 that is rounded and halved 15 times: + 64, >> 7.
  return _mm256_mulhrs_epi16(_mm256_add_epi16(high, _mm256_srai_epi16(low, 8)), _mm256_set1_epi16(256));
}

template <PackedColour layout>
[[TARSIER_TARGET_AVX2, gnu::always_inline]] inline void avx2_block(const std::uint8_t* source, std::uint8_t* gray) {
  const __m256i first = avx2_grays(avx2_pairs<layout, 0>(source), avx2_pairs<layout, 1>(source));
  const __m256i second = avx2_grays(avx2_pairs<layout, 2>(source), avx2_pairs<layout, 3>(source));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(gray), _mm256_packus_epi16(first, second));
}

template <PackedColour layout>
[[TARSIER_TARGET_AVX2]] void colour_avx2(const std::uint8_t* source, std::uint8_t* gray, std::size_t pixels) {
  constexpr std::size_t block = avx2_block_pixels;
  if (pixels < block) return colour_scalar<layout>(source, gray, pixels);
  const std::size_t last = pixels - block;
  for (std::size_t x = 0; x < last; x += block) {
    fetch_ahead<block * layout.step>(source + x * layout.step, gray + x);
    avx2_block<layout>(source + x * layout.step, gray + x);
  }
  avx2_block<layout>(source + last * layout.step, gray + last);
}

// AVX-512 with VBMI and VNNI, 64 pixels at a time, 16 in a vector. Twice the weights, so that the gray is a byte of the
// sum and needs no shift: 2 * 9798 = 256 * 77 - 116, 2 * 19235 = 256 * (75 + 75) + 35 + 35 with G twice in a pixel's
// four bytes, 2 * 3735 = 256 * 29 + 46, and 2 * 16384 = 256 * 128.
inline constexpr std::size_t avx512_block_pixels = 64;

// R, G, B, G of 16 pixels, `shifted` bytes into a vector.
template <PackedColour layout>
consteval std::array<std::uint8_t, 64> quads_of_a_vector(std::size_t shifted) {
  std::array<std::uint8_t, 64> order{};
  for (std::size_t pixel = 0; pixel < 16; ++pixel) {
    const std::size_t first = shifted + pixel * layout.step;
    order[4 * pixel] = static_cast<std::uint8_t>(first + layout.red);
    order[4 * pixel + 1] = order[4 * pixel + 3] = static_cast<std::uint8_t>(first + layout.green);
    order[4 * pixel + 2] = static_cast<std::uint8_t>(first + layout.blue);
  }
  return order;
}

// The upper words of the 32-bit lanes of two vectors, one after the other.
consteval std::array<std::uint16_t, 32> upper_words() {
  std::array<std::uint16_t, 32> order{};
  for (std::size_t word = 0; word < 32; ++word) order[word] = static_cast<std::uint16_t>(2 * word + 1);
  return order;
}

template <PackedColour layout>
struct Avx512Order {
  static constexpr std::size_t too_far = 64 - 16 * layout.step;
  alignas(64) static constexpr std::array<std::uint8_t, 64> vector = quads_of_a_vector<layout>(0);
  alignas(64) static constexpr std::array<std::uint8_t, 64> last_vector = quads_of_a_vector<layout>(too_far);
  alignas(64) static constexpr std::array<std::uint16_t, 32> words = upper_words();
};

// Bits 16 to 23 of each lane are the gray of a pixel whose R, G, B, G are the lane's bytes.
[[TARSIER_TARGET_AVX512, gnu::always_inline]] inline __m512i avx512_weighted(__m512i quads) {
  const __m512i high = _mm512_set1_epi32(75 << 24 | 29 << 16 | 75 << 8 | 77);
  const __m512i low = _mm512_set1_epi32(35 << 24 | 46 << 16 | 35 << 8 | (-116 & 0xFF));
  const __m512i sum = _mm512_dpbusd_epi32(_mm512_set1_epi32(128), quads, high);
  return _mm512_dpbusd_epi32(_mm512_slli_epi32(sum, 8), quads, low);
}

template <PackedColour layout, std::size_t k>
[[TARSIER_TARGET_AVX512, gnu::always_inline]] inline __m512i avx512_grays(const std::uint8_t* source) {
  using Order = Avx512Order<layout>;
  const __m512i order = _mm512_load_si512((k == 3 ? Order::last_vector : Order::vector).data());
  const std::uint8_t* first = source + k * 16 * layout.step - (k == 3 ? Order::too_far : 0);
  return avx512_weighted(_mm512_permutexvar_epi8(order, _mm512_loadu_si512(first)));
}

template <PackedColour layout>
[[TARSIER_TARGET_AVX512, gnu::always_inline]] inline void avx512_block(const std::uint8_t* source, std::uint8_t* gray) {
  const __m512i words = _mm512_load_si512(Avx512Order<layout>::words.data());
  const __m512i first =
      _mm512_permutex2var_epi16(avx512_grays<layout, 0>(source), words, avx512_grays<layout, 1>(source));
  const __m512i second =
      _mm512_permutex2var_epi16(avx512_grays<layout, 2>(source), words, avx512_grays<layout, 3>(source));
  const __m512i packed = _mm512_packus_epi16(first, second);
  _mm512_storeu_si512(gray, _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), packed));
}

// Up to 16 pixels, masked.
template <PackedColour layout>
[[TARSIER_TARGET_AVX512, gnu::always_inline]] inline void avx512_few(const std::uint8_t* source, std::uint8_t* gray,
                                                                     std::size_t pixels) {
  const __mmask64 read = pixels * layout.step >= 64 ? ~__mmask64{0} : (__mmask64{1} << pixels * layout.step) - 1;
  const auto written = static_cast<__mmask16>((1U << pixels) - 1);
  const __m512i order = _mm512_load_si512(Avx512Order<layout>::vector.data());
  const __m512i quads = _mm512_permutexvar_epi8(order, _mm512_maskz_loadu_epi8(read, source));
  _mm512_mask_cvtepi32_storeu_epi8(gray, written, _mm512_srli_epi32(avx512_weighted(quads), 16));
}

template <PackedColour layout>
[[TARSIER_TARGET_AVX512]] void colour_avx512(const std::uint8_t* source, std::uint8_t* gray, std::size_t pixels) {
  constexpr std::size_t block = avx512_block_pixels;
  if (pixels < block) {
    for (std::size_t x = 0; x < pixels; x += 16) {
      avx512_few<layout>(source + x * layout.step, gray + x, pixels - x < 16 ? pixels - x : 16);
    }
    return;
  }
  const std::size_t last = pixels - block;
  for (std::size_t x = 0; x < last; x += block) {
    fetch_ahead<block * layout.step>(source + x * layout.step, gray + x);
    avx512_block<layout>(source + x * layout.step, gray + x);
  }
  avx512_block<layout>(source + last * layout.step, gray + last);
}

}  // namespace tarsier
#endif
