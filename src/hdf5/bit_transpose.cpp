#include "hdf5/bit_transpose.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tarsier {
namespace {

static_assert(std::endian::native == std::endian::little);

// Of an 8x8 matrix whose row i is byte i: Hacker's Delight, 7-3, in three exchanges of ever larger blocks.
std::uint64_t transposed(std::uint64_t matrix) {
  std::uint64_t swap = (matrix ^ (matrix >> 7)) & 0x00AA00AA00AA00AAULL;
  matrix ^= swap ^ (swap << 7);
  swap = (matrix ^ (matrix >> 14)) & 0x0000CCCC0000CCCCULL;
  matrix ^= swap ^ (swap << 14);
  swap = (matrix ^ (matrix >> 28)) & 0x00000000F0F0F0F0ULL;
  return matrix ^ swap ^ (swap << 28);
}

// Columns from `column` on, eight bytes at a time.
void transpose_columns(std::span<const std::byte> bytes, std::span<std::byte> rows, std::size_t column) {
  const std::size_t row_bytes = bytes.size() / 8;
  for (; column < row_bytes; ++column) {
    std::uint64_t matrix = 0;
    std::memcpy(&matrix, bytes.data() + 8 * column, 8);
    matrix = transposed(matrix);
    for (std::size_t bit = 0; bit < 8; ++bit) {
      rows[bit * row_bytes + column] = static_cast<std::byte>(matrix >> (8 * bit));
    }
  }
}

#if defined(__x86_64__)
// Each step takes the highest bit of every byte and doubles the bytes. Both return how many columns they did.
std::size_t transpose_sse2(const std::byte* bytes, std::byte* rows, std::size_t row_bytes) {
  std::size_t column = 0;
  for (; column + 2 <= row_bytes; column += 2) {
    __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 8 * column));
    for (std::size_t bit = 8; bit-- > 0; block = _mm_add_epi8(block, block)) {
      const auto mask = static_cast<std::uint16_t>(_mm_movemask_epi8(block));
      std::memcpy(rows + bit * row_bytes + column, &mask, sizeof mask);
    }
  }
  return column;
}

__attribute__((target("avx2"))) std::size_t transpose_avx2(const std::byte* bytes, std::byte* rows,
                                                           std::size_t row_bytes) {
  std::size_t column = 0;
  for (; column + 4 <= row_bytes; column += 4) {
    __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 8 * column));
    for (std::size_t bit = 8; bit-- > 0; block = _mm256_add_epi8(block, block)) {
      const int mask = _mm256_movemask_epi8(block);
      std::memcpy(rows + bit * row_bytes + column, &mask, sizeof mask);
    }
  }
  return column;
}

std::size_t transpose_whole_columns(std::span<const std::byte> bytes, std::span<std::byte> rows) {
  static const bool avx2 = __builtin_cpu_supports("avx2") != 0;
  const auto transpose = avx2 ? transpose_avx2 : transpose_sse2;
  return transpose(bytes.data(), rows.data(), bytes.size() / 8);
}
#else
// Eight matrices at once, so that whole words are written.
std::size_t transpose_whole_columns(std::span<const std::byte> bytes, std::span<std::byte> rows) {
  const std::size_t row_bytes = bytes.size() / 8;
  std::size_t column = 0;
  for (; column + 8 <= row_bytes; column += 8) {
    std::array<std::uint64_t, 8> matrices{};
    std::memcpy(matrices.data(), bytes.data() + 8 * column, sizeof matrices);
    for (std::uint64_t& matrix : matrices) matrix = transposed(matrix);
    for (std::size_t bit = 0; bit < 8; ++bit) {
      std::uint64_t row = 0;
      for (std::size_t i = 0; i < 8; ++i) row |= (matrices[i] >> (8 * bit) & 0xFF) << (8 * i);
      std::memcpy(rows.data() + bit * row_bytes + column, &row, sizeof row);
    }
  }
  return column;
}
#endif

}  // namespace

void transpose_bits(std::span<const std::byte> bytes, std::span<std::byte> rows) {
  transpose_columns(bytes, rows, transpose_whole_columns(bytes, rows));
}

void untranspose_bits(std::span<const std::byte> rows, std::span<std::byte> bytes) {
  const std::size_t row_bytes = bytes.size() / 8;
  for (std::size_t column = 0; column < row_bytes; ++column) {
    std::uint64_t matrix = 0;
    for (std::size_t bit = 0; bit < 8; ++bit) {
      matrix |= static_cast<std::uint64_t>(rows[bit * row_bytes + column]) << (8 * bit);
    }
    matrix = transposed(matrix);
    std::memcpy(bytes.data() + 8 * column, &matrix, sizeof matrix);
  }
}

}  // namespace tarsier
