// Gray of packed colour with NEON: 16 pixels at a time, their colours separated by the load.
#pragma once

#if defined(__aarch64__)
#include <arm_neon.h>

#include "kernels/colour_scalar.hpp"

namespace tarsier {

inline constexpr std::size_t neon_block_pixels = 16;

struct NeonColours {
  uint8x16_t red, green, blue;
};

template <PackedColour layout>
TARSIER_LOOP NeonColours neon_colours(const std::uint8_t* source) {
  if constexpr (layout.step == 3) {
    const uint8x16x3_t pixels = vld3q_u8(source);
    return {pixels.val[layout.red], pixels.val[layout.green], pixels.val[layout.blue]};
  } else {
    const uint8x16x4_t pixels = vld4q_u8(source);
    return {pixels.val[layout.red], pixels.val[layout.green], pixels.val[layout.blue]};
  }
}

// H + (L >> 8) of eight pixels.
TARSIER_LOOP uint16x8_t neon_weighted(uint8x8_t red, uint8x8_t green, uint8x8_t blue) {
  uint16x8_t high = vmull_u8(red, vdup_n_u8(SplitWeights::high_red));
  high = vmlal_u8(high, green, vdup_n_u8(SplitWeights::high_green));
  high = vmlal_u8(high, blue, vdup_n_u8(SplitWeights::high_blue));
  uint16x8_t low = vmull_u8(red, vdup_n_u8(SplitWeights::low_red));
  low = vmlal_u8(low, green, vdup_n_u8(SplitWeights::low_green));
  low = vmlsl_u8(low, blue, vdup_n_u8(-SplitWeights::low_blue));
  return vreinterpretq_u16_s16(vsraq_n_s16(vreinterpretq_s16_u16(high), vreinterpretq_s16_u16(low), 8));
}

template <PackedColour layout>
TARSIER_LOOP void neon_block(const std::uint8_t* source, std::uint8_t* gray) {
  const NeonColours of = neon_colours<layout>(source);
  const uint16x8_t first = neon_weighted(vget_low_u8(of.red), vget_low_u8(of.green), vget_low_u8(of.blue));
  const uint16x8_t second = neon_weighted(vget_high_u8(of.red), vget_high_u8(of.green), vget_high_u8(of.blue));
  vst1q_u8(gray, vrshrn_high_n_u16(vrshrn_n_u16(first, 7), second, 7));
}

// The last block ends with the line and may overlap the one before.
template <PackedColour layout>
void colour_neon(const std::uint8_t* source, std::uint8_t* gray, std::size_t pixels) {
  constexpr std::size_t block = neon_block_pixels;
  if (pixels < block) return colour_scalar<layout>(source, gray, pixels);
  const std::size_t last = pixels - block;
  for (std::size_t x = 0; x < last; x += block) neon_block<layout>(source + x * layout.step, gray + x);
  neon_block<layout>(source + last * layout.step, gray + last);
}

}  // namespace tarsier
#endif
