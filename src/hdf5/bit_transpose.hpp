// The transposition of bits that the filter bitshuffle (32008) does before it compresses: bit b of every byte of a
// plane becomes one row of bits. Pure functions, one answer on every instruction set.
#pragma once

#include <cstddef>
#include <span>

namespace tarsier {

// `bytes` are 8 m numbers of one byte. `rows` gets eight rows of m bytes: bit k of byte i of row b is bit b of byte
// 8 i + k. As large as `bytes`; both overlap nothing.
void transpose_bits(std::span<const std::byte> bytes, std::span<std::byte> rows);
// The reverse.
void untranspose_bits(std::span<const std::byte> rows, std::span<std::byte> bytes);

}  // namespace tarsier
