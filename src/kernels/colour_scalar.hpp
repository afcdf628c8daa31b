// Gray of packed colour, one pixel at a time, as colour_line.hpp defines it.
#pragma once

#include "kernels/colour_line.hpp"
#include "kernels/versions.hpp"

namespace tarsier {

template <PackedColour layout>
TARSIER_LOOP void colour_scalar(const std::uint8_t* __restrict source, std::uint8_t* __restrict gray,
                                std::size_t pixels) {
  for (std::size_t x = 0; x < pixels; ++x) {
    const std::uint8_t* pixel = source + x * layout.step;
    const std::uint32_t weighted = GrayWeights::red * pixel[layout.red] + GrayWeights::green * pixel[layout.green] +
                                   GrayWeights::blue * pixel[layout.blue] + GrayWeights::half;
    gray[x] = static_cast<std::uint8_t>(weighted >> GrayWeights::shift);
  }
}

}  // namespace tarsier
