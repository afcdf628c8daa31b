#include "hdf5/bit_transpose.hpp"

#include <cstdint>
#include <random>
#include <vector>

#include "CppUTest/TestHarness.h"

using namespace tarsier;

namespace {

// Bit by bit, as the header says it.
std::vector<std::byte> plain_transpose(std::span<const std::byte> bytes) {
  const std::size_t row_bytes = bytes.size() / 8;
  std::vector<std::byte> rows(bytes.size());
  for (std::size_t bit = 0; bit < 8; ++bit) {
    for (std::size_t i = 0; i < row_bytes; ++i) {
      for (std::size_t k = 0; k < 8; ++k) {
        const auto value = (static_cast<unsigned>(bytes[8 * i + k]) >> bit & 1U) << k;
        rows[bit * row_bytes + i] |= static_cast<std::byte>(value);
      }
    }
  }
  return rows;
}

}  // namespace

TEST_GROUP(BitTranspose){};

TEST(BitTranspose, equals_its_plain_twin_at_any_length_and_offset_and_comes_back) {
  std::mt19937 random(5);
  std::vector<std::byte> source(8 * 80 + 16);
  for (std::byte& value : source) value = static_cast<std::byte>(random());
  for (std::size_t columns = 0; columns < 80; ++columns) {
    for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, std::size_t{7}}) {
      const auto bytes = std::span<const std::byte>(source).subspan(offset, 8 * columns);
      std::vector<std::byte> rows(bytes.size()), back(bytes.size());
      transpose_bits(bytes, rows);
      CHECK(plain_transpose(bytes) == rows);
      untranspose_bits(rows, back);
      CHECK(std::equal(bytes.begin(), bytes.end(), back.begin()));
    }
  }
}
