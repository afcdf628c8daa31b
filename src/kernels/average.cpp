#include <cassert>
#include <cstddef>

#include "kernels/multiversion.hpp"
#include "kernels/reduce.hpp"

namespace tarsier {
namespace {

TARSIER_MULTIVERSION void add_frame(const std::uint8_t* __restrict pixels, std::uint32_t* __restrict sums,
                                    std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += pixels[i];
}
TARSIER_MULTIVERSION void add_frame(const std::uint16_t* __restrict pixels, std::uint32_t* __restrict sums,
                                    std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += pixels[i];
}

// (2 sum + n) / (2 n) is (sum + n / 2) / n in integers. Doubles, which vectors divide, give the same: the quotient is
// at least 1 / n away from the next integer or equal to it, far more than its rounding error while it is below 65536.
template <typename Pixel>
[[gnu::always_inline]] inline void mean_loop(const std::uint32_t* __restrict sums, std::uint32_t frames,
                                             Pixel* __restrict pixels, std::size_t count) {
  const double divisor = frames;
  const double half = frames / 2;
  for (std::size_t i = 0; i < count; ++i) {
    pixels[i] = static_cast<Pixel>(static_cast<std::int32_t>((static_cast<double>(sums[i]) + half) / divisor));
  }
}

TARSIER_MULTIVERSION void means(const std::uint32_t* sums, std::uint32_t frames, std::uint8_t* pixels,
                                std::size_t count) {
  mean_loop(sums, frames, pixels, count);
}
TARSIER_MULTIVERSION void means(const std::uint32_t* sums, std::uint32_t frames, std::uint16_t* pixels,
                                std::size_t count) {
  mean_loop(sums, frames, pixels, count);
}

}  // namespace

void accumulate(std::span<const std::uint8_t> pixels, std::span<std::uint32_t> sums) {
  add_frame(pixels.data(), sums.data(), pixels.size());
}
void accumulate(std::span<const std::uint16_t> pixels, std::span<std::uint32_t> sums) {
  add_frame(pixels.data(), sums.data(), pixels.size());
}

void mean_of_sums(std::span<const std::uint32_t> sums, std::uint32_t count, std::span<std::uint8_t> pixels) {
  assert(count > 0);
  means(sums.data(), count, pixels.data(), pixels.size());
}
void mean_of_sums(std::span<const std::uint32_t> sums, std::uint32_t count, std::span<std::uint16_t> pixels) {
  assert(count > 0);
  means(sums.data(), count, pixels.data(), pixels.size());
}

}  // namespace tarsier
