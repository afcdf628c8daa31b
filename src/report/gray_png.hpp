// Gray images as PNG files in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tarsier {

// A PNG of 8 bits and one channel of `pixels`, width * height values line by line; both sides are at least 1. Empty
// when libpng refuses, which it does for sizes beyond its limits and without memory. Any thread.
[[nodiscard]] std::vector<std::byte> gray_png(std::span<const std::uint8_t> pixels, std::uint32_t width,
                                              std::uint32_t height);

}  // namespace tarsier
