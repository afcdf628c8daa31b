// Binning: the mean of squares of 2x2 or 4x4 pixels. Pure; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>

namespace tarsier {

// A sum of four lines fits: 4 * 255 in uint16, 4 * 65535 in uint32.
template <typename Pixel>
struct BinSumOf;
template <>
struct BinSumOf<std::uint8_t> {
  using Type = std::uint16_t;
};
template <>
struct BinSumOf<std::uint16_t> {
  using Type = std::uint32_t;
};
template <typename Pixel>
using BinSum = typename BinSumOf<Pixel>::Type;

// sums[i] += line[i]; as many sums as pixels.
void add_line(std::span<const std::uint8_t> line, std::span<std::uint16_t> sums);
void add_line(std::span<const std::uint16_t> line, std::span<std::uint32_t> sums);

// binned[i] = mean of the `bin` sums from bin * i on, each over `bin` lines, rounded half up: (2 sum + n) / (2 n) with
// n = bin * bin. bin is 2 or 4; leftover sums are not read.
void fold_sums(std::span<const std::uint16_t> sums, std::uint32_t bin, std::span<std::uint8_t> binned);
void fold_sums(std::span<const std::uint32_t> sums, std::uint32_t bin, std::span<std::uint16_t> binned);

}  // namespace tarsier
