// Sums over one stretch of pixels: the innermost loops of reduce(). Pure; exact; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/reduce.hpp"

namespace tarsier {

// Adds sum, sum of squares, minimum and maximum of `pixels` to `totals`.
void add_statistics(std::span<const std::uint8_t> pixels, Totals& totals);
void add_statistics(std::span<const std::uint16_t> pixels, Totals& totals);

// Adds sum |I - P| and the count of |I - P| > threshold to `totals`; as many pixels in `previous` as in `current`.
void add_activity(std::span<const std::uint8_t> current, std::span<const std::uint8_t> previous,
                  std::uint32_t threshold, Totals& totals);
void add_activity(std::span<const std::uint16_t> current, std::span<const std::uint16_t> previous,
                  std::uint32_t threshold, Totals& totals);

}  // namespace tarsier
