#include "kernels/sliding_mean.hpp"

#include <cassert>

#include "kernels/versions.hpp"

namespace tarsier {
namespace {

// floor(x / n) by a product: with m = ceil(2^s / n) it is x m >> s as long as x (m n - 2^s) < 2^s. x is less than 256 n
// (or 65536 n), m n - 2^s less than n; with s = 24 (or 48) that holds for n < 256 (65536), and the two windows beyond,
// 256 and 257, divide 2^s and 2^s + 1. The product stays within twice the bits of a sum.
template <typename Pixel>
using Product = std::conditional_t<sizeof(Pixel) == 1, std::uint32_t, std::uint64_t>;
template <typename Pixel>
constexpr unsigned reciprocal_bits = sizeof(Pixel) == 1 ? 24 : 48;

template <typename Pixel>
TARSIER_LOOP void slide_pixels_loop(const Pixel* __restrict incoming, const Pixel* __restrict outgoing,
                                    std::uint32_t frames, SlidingSum<Pixel>* __restrict sums, Pixel* __restrict mean,
                                    std::size_t count) {
  using Wide = Product<Pixel>;
  const Wide reciprocal = static_cast<Wide>(((std::uint64_t{1} << reciprocal_bits<Pixel>)+frames - 1) / frames);
  const Wide half = frames / 2;
  for (std::size_t i = 0; i < count; ++i) {
    const auto left = static_cast<Pixel>(outgoing != nullptr ? outgoing[i] : 0);
    const auto sum = static_cast<SlidingSum<Pixel>>(sums[i] + incoming[i] - left);
    sums[i] = sum;
    mean[i] = static_cast<Pixel>(((Wide{sum} + half) * reciprocal) >> reciprocal_bits<Pixel>);
  }
}

TARSIER_VERSIONS(void, slide_pixels,
                 (const std::uint8_t* incoming, const std::uint8_t* outgoing, std::uint32_t frames, std::uint16_t* sums,
                  std::uint8_t* mean, std::size_t count),
                 (incoming, outgoing, frames, sums, mean, count))
TARSIER_VERSIONS(void, slide_pixels,
                 (const std::uint16_t* incoming, const std::uint16_t* outgoing, std::uint32_t frames,
                  std::uint32_t* sums, std::uint16_t* mean, std::size_t count),
                 (incoming, outgoing, frames, sums, mean, count))

template <typename Pixel>
void slide_frame(std::span<const Pixel> incoming, std::span<const Pixel> outgoing, std::uint32_t count,
                 std::span<SlidingSum<Pixel>> sums, std::span<Pixel> mean) {
  assert(count > 0 && count <= largest_window<Pixel>);
  assert(incoming.size() >= sums.size() && mean.size() >= sums.size());
  assert(outgoing.empty() || outgoing.size() >= sums.size());
  slide_pixels(incoming.data(), outgoing.data(), count, sums.data(), mean.data(), sums.size());
}

}  // namespace

void slide(std::span<const std::uint8_t> incoming, std::span<const std::uint8_t> outgoing, std::uint32_t count,
           std::span<std::uint16_t> sums, std::span<std::uint8_t> mean) {
  slide_frame(incoming, outgoing, count, sums, mean);
}
void slide(std::span<const std::uint16_t> incoming, std::span<const std::uint16_t> outgoing, std::uint32_t count,
           std::span<std::uint32_t> sums, std::span<std::uint16_t> mean) {
  slide_frame(incoming, outgoing, count, sums, mean);
}

}  // namespace tarsier
