// Gray of lines of packed colour, one version for each instruction set. Pure; allocates nothing; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tarsier {

// Weights of R, G and B in a gray value: (9798 R + 19235 G + 3735 B + 16384) >> 15, BT.601 in 15 bits. They add up to
// 32768, so white stays 255.
struct GrayWeights {
  static constexpr std::uint32_t red = 9798;
  static constexpr std::uint32_t green = 19235;
  static constexpr std::uint32_t blue = 3735;
  static constexpr std::uint32_t half = 16384;
  static constexpr std::uint32_t shift = 15;
};

// The same gray of 8-bit samples in 16-bit lanes: each weight is 256 high + low. With H = 38 R + 75 G + 15 B and
// L = 70 R + 35 G - 105 B it is (H + (L >> 8) + 64) >> 7, where >> rounds down.
struct SplitWeights {
  static constexpr std::int16_t high_red = 38, high_green = 75, high_blue = 15;
  static constexpr std::int16_t low_red = 70, low_green = 35, low_blue = -105;
  static constexpr std::int16_t half = 64;
};
static_assert(256 * SplitWeights::high_red + SplitWeights::low_red == GrayWeights::red);
static_assert(256 * SplitWeights::high_green + SplitWeights::low_green == GrayWeights::green);
static_assert(256 * SplitWeights::high_blue + SplitWeights::low_blue == GrayWeights::blue);

// Bytes from pixel to pixel, and the places of the colours in a pixel.
struct PackedColour {
  std::size_t step, red, green, blue;
};
inline constexpr PackedColour rgb24_colour{3, 0, 1, 2}, bgr24_colour{3, 2, 1, 0};
inline constexpr PackedColour rgbx32_colour{4, 0, 1, 2}, bgrx32_colour{4, 2, 1, 0};
inline constexpr PackedColour xrgb32_colour{4, 1, 2, 3}, xbgr32_colour{4, 3, 2, 1};

// Writes the gray of `pixels` pixels. Reads exactly their layout.step * pixels bytes, from any address. Defined for the
// six layouts above.
template <PackedColour layout>
void colour_line(const std::uint8_t* source, std::uint8_t* gray, std::size_t pixels);

}  // namespace tarsier
