#include "kernels/bin.hpp"

#include <cstddef>
#include <type_traits>

#include "kernels/versions.hpp"

namespace tarsier {
namespace {

// Sixteen pixels fit: 16 * 255 + 8 in uint16, 16 * 65535 + 8 in uint32.
template <typename Pixel>
using Sum = std::conditional_t<sizeof(Pixel) == 1, std::uint16_t, std::uint32_t>;

template <typename Pixel>
TARSIER_LOOP void bin_2(const Pixel* __restrict a, const Pixel* __restrict b, Pixel* __restrict binned,
                        std::size_t pixels) {
  for (std::size_t x = 0; x < pixels; ++x) {
    const auto sum = static_cast<Sum<Pixel>>(Sum<Pixel>{a[2 * x]} + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2);
    binned[x] = static_cast<Pixel>(sum >> 2);
  }
}

template <typename Pixel>
TARSIER_LOOP Sum<Pixel> sum_of_4(const Pixel* pixels) {
  return static_cast<Sum<Pixel>>(Sum<Pixel>{pixels[0]} + pixels[1] + pixels[2] + pixels[3]);
}

template <typename Pixel>
TARSIER_LOOP void bin_4(const Pixel* const* lines, Pixel* __restrict binned, std::size_t pixels) {
  const Pixel* __restrict a = lines[0];
  const Pixel* __restrict b = lines[1];
  const Pixel* __restrict c = lines[2];
  const Pixel* __restrict d = lines[3];
  for (std::size_t x = 0; x < pixels; ++x) {
    const auto sum = static_cast<Sum<Pixel>>(sum_of_4(a + 4 * x) + sum_of_4(b + 4 * x) + sum_of_4(c + 4 * x) +
                                             sum_of_4(d + 4 * x) + 8);
    binned[x] = static_cast<Pixel>(sum >> 4);
  }
}

TARSIER_LOOP void bin_2_of_8_loop(const std::uint8_t* const* lines, std::uint8_t* binned, std::size_t pixels) {
  bin_2(lines[0], lines[1], binned, pixels);
}
TARSIER_VERSIONS(void, bin_2_of_8, (const std::uint8_t* const* lines, std::uint8_t* binned, std::size_t pixels),
                 (lines, binned, pixels))
TARSIER_LOOP void bin_4_of_8_loop(const std::uint8_t* const* lines, std::uint8_t* binned, std::size_t pixels) {
  bin_4(lines, binned, pixels);
}
TARSIER_VERSIONS(void, bin_4_of_8, (const std::uint8_t* const* lines, std::uint8_t* binned, std::size_t pixels),
                 (lines, binned, pixels))
TARSIER_LOOP void bin_2_of_16_loop(const std::uint16_t* const* lines, std::uint16_t* binned, std::size_t pixels) {
  bin_2(lines[0], lines[1], binned, pixels);
}
TARSIER_VERSIONS(void, bin_2_of_16, (const std::uint16_t* const* lines, std::uint16_t* binned, std::size_t pixels),
                 (lines, binned, pixels))
TARSIER_LOOP void bin_4_of_16_loop(const std::uint16_t* const* lines, std::uint16_t* binned, std::size_t pixels) {
  bin_4(lines, binned, pixels);
}
TARSIER_VERSIONS(void, bin_4_of_16, (const std::uint16_t* const* lines, std::uint16_t* binned, std::size_t pixels),
                 (lines, binned, pixels))

}  // namespace

void bin_lines(std::span<const std::uint8_t* const> lines, std::span<std::uint8_t> binned) {
  if (lines.size() == 2) return bin_2_of_8(lines.data(), binned.data(), binned.size());
  bin_4_of_8(lines.data(), binned.data(), binned.size());
}
void bin_lines(std::span<const std::uint16_t* const> lines, std::span<std::uint16_t> binned) {
  if (lines.size() == 2) return bin_2_of_16(lines.data(), binned.data(), binned.size());
  bin_4_of_16(lines.data(), binned.data(), binned.size());
}

}  // namespace tarsier
