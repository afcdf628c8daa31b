#include <cassert>
#include <cstddef>

#include "kernels/reduce.hpp"
#include "kernels/versions.hpp"

namespace tarsier {
namespace {

template <typename Pixel>
TARSIER_LOOP void add_pixels(const Pixel* __restrict pixels, std::uint32_t* __restrict sums, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += pixels[i];
}

TARSIER_LOOP void add_8_loop(const std::uint8_t* pixels, std::uint32_t* sums, std::size_t count) {
  add_pixels(pixels, sums, count);
}
TARSIER_VERSIONS(void, add_8, (const std::uint8_t* pixels, std::uint32_t* sums, std::size_t count),
                 (pixels, sums, count))
TARSIER_LOOP void add_16_loop(const std::uint16_t* pixels, std::uint32_t* sums, std::size_t count) {
  add_pixels(pixels, sums, count);
}
TARSIER_VERSIONS(void, add_16, (const std::uint16_t* pixels, std::uint32_t* sums, std::size_t count),
                 (pixels, sums, count))

// (2 sum + n) / (2 n) is (sum + n / 2) / n in integers. Doubles, which vectors divide, give the same: the quotient is
// at least 1 / n away from the next integer or equal to it, far more than its rounding error while it is below 65536.
template <typename Pixel>
TARSIER_LOOP void mean_pixels(const std::uint32_t* __restrict sums, std::uint32_t frames, Pixel* __restrict pixels,
                              std::size_t count) {
  const double divisor = frames;
  const double half = frames / 2;
  for (std::size_t i = 0; i < count; ++i) {
    pixels[i] = static_cast<Pixel>(static_cast<std::int32_t>((static_cast<double>(sums[i]) + half) / divisor));
  }
}

TARSIER_LOOP void means_8_loop(const std::uint32_t* sums, std::uint32_t frames, std::uint8_t* pixels,
                               std::size_t count) {
  mean_pixels(sums, frames, pixels, count);
}
TARSIER_VERSIONS(void, means_8,
                 (const std::uint32_t* sums, std::uint32_t frames, std::uint8_t* pixels, std::size_t count),
                 (sums, frames, pixels, count))
TARSIER_LOOP void means_16_loop(const std::uint32_t* sums, std::uint32_t frames, std::uint16_t* pixels,
                                std::size_t count) {
  mean_pixels(sums, frames, pixels, count);
}
TARSIER_VERSIONS(void, means_16,
                 (const std::uint32_t* sums, std::uint32_t frames, std::uint16_t* pixels, std::size_t count),
                 (sums, frames, pixels, count))

}  // namespace

void accumulate(std::span<const std::uint8_t> pixels, std::span<std::uint32_t> sums) {
  add_8(pixels.data(), sums.data(), pixels.size());
}
void accumulate(std::span<const std::uint16_t> pixels, std::span<std::uint32_t> sums) {
  add_16(pixels.data(), sums.data(), pixels.size());
}

void mean_of_sums(std::span<const std::uint32_t> sums, std::uint32_t count, std::span<std::uint8_t> pixels) {
  assert(count > 0);
  means_8(sums.data(), count, pixels.data(), pixels.size());
}
void mean_of_sums(std::span<const std::uint32_t> sums, std::uint32_t count, std::span<std::uint16_t> pixels) {
  assert(count > 0);
  means_16(sums.data(), count, pixels.data(), pixels.size());
}

}  // namespace tarsier
