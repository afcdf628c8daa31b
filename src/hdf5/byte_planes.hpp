// What HDF5's filter shuffle does to numbers of two bytes: all low bytes, then all high bytes. Pure functions.
#pragma once

#include <cstddef>
#include <span>

namespace tarsier {

// `pixels` holds n numbers of two bytes, `low` and `high` have room for n bytes each and overlap nothing.
void split_bytes(std::span<const std::byte> pixels, std::byte* low, std::byte* high);
// The reverse; `pixels` is twice as long as each plane.
void join_bytes(const std::byte* low, const std::byte* high, std::span<std::byte> pixels);

}  // namespace tarsier
