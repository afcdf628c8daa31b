// How often each value occurs, in 256 bins. Pure; exact; allocates nothing; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "frame/region_mask.hpp"

namespace tarsier {

// Bin v counts the pixels of value v; of uint16 pixels those of v * 256 to v * 256 + 255.
using Histogram = std::array<std::uint32_t, 256>;

// Adds `pixels` to the bins, which hold at most 2^32 - 1 pixels each.
void add_histogram(std::span<const std::uint8_t> pixels, Histogram& bins);
void add_histogram(std::span<const std::uint16_t> pixels, Histogram& bins);

// Adds the pixels of a region, whose spans lie inside the frame of `width_px` pixels a line.
void add_histogram(std::span<const std::uint8_t> frame, std::uint32_t width_px, std::span<const Span> spans,
                   Histogram& bins);
void add_histogram(std::span<const std::uint16_t> frame, std::uint32_t width_px, std::span<const Span> spans,
                   Histogram& bins);

}  // namespace tarsier
