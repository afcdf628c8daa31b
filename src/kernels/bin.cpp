#include "kernels/bin.hpp"

#include <cstddef>

#include "kernels/multiversion.hpp"

namespace tarsier {
namespace {

TARSIER_MULTIVERSION void add_pixels(const std::uint8_t* __restrict line, std::uint16_t* __restrict sums,
                                     std::size_t pixels) {
  for (std::size_t x = 0; x < pixels; ++x) sums[x] = static_cast<std::uint16_t>(sums[x] + line[x]);
}
TARSIER_MULTIVERSION void add_pixels(const std::uint16_t* __restrict line, std::uint32_t* __restrict sums,
                                     std::size_t pixels) {
  for (std::size_t x = 0; x < pixels; ++x) sums[x] += line[x];
}

template <std::uint32_t bin, typename Sum, typename Pixel>
[[gnu::always_inline]] inline void fold_loop(const Sum* __restrict sums, Pixel* __restrict binned, std::size_t pixels) {
  constexpr std::uint32_t shift = bin == 2 ? 2 : 4;
  for (std::size_t x = 0; x < pixels; ++x) {
    std::uint32_t sum = 1U << (shift - 1);
    for (std::uint32_t i = 0; i < bin; ++i) sum += sums[bin * x + i];
    binned[x] = static_cast<Pixel>(sum >> shift);
  }
}

TARSIER_MULTIVERSION void fold_2(const std::uint16_t* sums, std::uint8_t* binned, std::size_t pixels) {
  fold_loop<2>(sums, binned, pixels);
}
TARSIER_MULTIVERSION void fold_4(const std::uint16_t* sums, std::uint8_t* binned, std::size_t pixels) {
  fold_loop<4>(sums, binned, pixels);
}
TARSIER_MULTIVERSION void fold_2(const std::uint32_t* sums, std::uint16_t* binned, std::size_t pixels) {
  fold_loop<2>(sums, binned, pixels);
}
TARSIER_MULTIVERSION void fold_4(const std::uint32_t* sums, std::uint16_t* binned, std::size_t pixels) {
  fold_loop<4>(sums, binned, pixels);
}

}  // namespace

void add_line(std::span<const std::uint8_t> line, std::span<std::uint16_t> sums) {
  add_pixels(line.data(), sums.data(), line.size());
}
void add_line(std::span<const std::uint16_t> line, std::span<std::uint32_t> sums) {
  add_pixels(line.data(), sums.data(), line.size());
}

void fold_sums(std::span<const std::uint16_t> sums, std::uint32_t bin, std::span<std::uint8_t> binned) {
  if (bin == 2) return fold_2(sums.data(), binned.data(), binned.size());
  fold_4(sums.data(), binned.data(), binned.size());
}
void fold_sums(std::span<const std::uint32_t> sums, std::uint32_t bin, std::span<std::uint16_t> binned) {
  if (bin == 2) return fold_2(sums.data(), binned.data(), binned.size());
  fold_4(sums.data(), binned.data(), binned.size());
}

}  // namespace tarsier
