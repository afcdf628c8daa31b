// Samples of more than 8 bits, out of 16-bit words or unpacked. Pure; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "frame/pixel_format.hpp"

namespace tarsier {

// Writes samples first, first + 1, ... of the line that begins at `line`, at any address; `packing` is words, raw10 or
// raw12, which pixel_format.hpp describes. Reads no group that has no wanted sample. With bytes g of a group:
//   raw10: sample i = g[i] << 2 | (g[4] >> 2 i & 3)
//   raw12: sample i = g[i] << 4 | (g[2] >> 4 i & 15)
void read_samples(const std::byte* line, Packing packing, std::uint32_t first, std::span<std::uint16_t> samples);

}  // namespace tarsier
