// Correction of a frame with two quantised maps: v = (I - a S) / (b D + 1 - b) + offset in exact integers. Pure;
// allocates nothing; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace tarsier {

// What is subtracted, a S, in Q8: from 0 to 256 K, where K is the largest pixel.
template <typename Pixel>
using Subtrahend = std::conditional_t<sizeof(Pixel) == 1, std::uint16_t, std::uint32_t>;
// What is multiplied by, 1 / (b D + 1 - b): Q13 for uint8 pixels, Q16 for uint16 pixels; less than 8.
template <typename Pixel>
using Factor = std::conditional_t<sizeof(Pixel) == 1, std::uint16_t, std::uint32_t>;
template <typename Pixel>
inline constexpr std::uint32_t factor_bits = sizeof(Pixel) == 1 ? 13 : 16;

// The maps are as long as the frame or empty.
template <typename Pixel>
struct Correction {
  std::span<const Subtrahend<Pixel>> subtrahend;  // empty: nothing, or amount_q8 * background
  std::span<const Pixel> background;      // in place of subtrahend, for a background that changes from frame to frame
  std::uint32_t amount_q8 = 0;            // of background, at most 256
  std::span<const Factor<Pixel>> factor;  // empty: 1
  std::int32_t offset = 0;                // in units of a pixel
};

// With S = subtrahend, G = factor and F = factor_bits, for every pixel I = in[i], whose place in the maps is
// first_pixel + i:
//   out[i] = clamp(floor((256 I - S) G / 2^(8 + F) + 1/2) + offset, 0, K)
// also where 256 I < S, so that an offset keeps what is darker than the background; 0 where G is 0. `out` is as long
// as `in` and may be the same memory.
template <typename Pixel>
void correct(std::span<const std::type_identity_t<Pixel>> in, const Correction<Pixel>& correction,
             std::size_t first_pixel, std::span<std::type_identity_t<Pixel>> out);

// out[i] = 256 amount values[i], rounded half up, at least 0 and at most 256 K. What is not a number becomes 256 K: a
// pixel whose dark value nobody knows is 0 after the correction, unless an offset lifts it. `out` is as long as
// `values`: a line or a frame.
void quantise_subtrahend(std::span<const double> values, double amount, std::span<std::uint16_t> out);
void quantise_subtrahend(std::span<const double> values, double amount, std::span<std::uint32_t> out);

// out[i] = 2^F / (amount divisors[i] + 1 - amount), rounded half up; 0 where that divisor is 0, negative or not finite.
// Returns how many of the factors are 8 or more, which nothing can hold: the caller refuses them (out[i] is the largest
// factor there).
[[nodiscard]] std::uint64_t quantise_factor(std::span<const double> divisors, double amount,
                                            std::span<std::uint16_t> out);
[[nodiscard]] std::uint64_t quantise_factor(std::span<const double> divisors, double amount,
                                            std::span<std::uint32_t> out);

}  // namespace tarsier
