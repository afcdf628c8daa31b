// The format of the registered HDF5 filter 32008 (bitshuffle with LZ4), exactly as its readers expect it: uint64
// total bytes and uint32 bytes a block, both big-endian; then for each block uint32 length, big-endian, and the LZ4
// block of its transposed bits; then the last elements, fewer than eight, as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"

namespace tarsier {

// Bytes of a block before compression: fits the first cache together with its transposed bits.
inline constexpr std::size_t bitshuffle_block_bytes = 16 * 1024;
// A coded chunk is longer than its pixels by this at most, while it is no larger than one block.
inline constexpr std::size_t bitshuffle_overhead = 96;

// One thread. Allocates in the constructor and nothing later.
class BitshuffleEncoder {
 public:
  BitshuffleEncoder();
  BitshuffleEncoder(BitshuffleEncoder&&) noexcept;
  BitshuffleEncoder& operator=(BitshuffleEncoder&&) noexcept;
  ~BitshuffleEncoder();
  // What one takes from the heap.
  [[nodiscard]] static Bytes cost();
  // Codes `chunk`, whole elements of 1 or 2 bytes; how many bytes of `coded` it takes, 0 when it has no room for them.
  [[nodiscard]] std::size_t encode(std::span<const std::byte> chunk, std::size_t element_bytes,
                                   std::span<std::byte> coded);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

// Bytes that a coded chunk decodes to; 0 when that cannot be.
[[nodiscard]] std::size_t bitshuffle_decoded_bytes(std::span<const std::byte> coded);
// Decodes into `chunk`, which is as large as bitshuffle_decoded_bytes() says; what follows the coded bytes is ignored.
// False when they are damaged. Allocates.
[[nodiscard]] bool decode_bitshuffle(std::span<const std::byte> coded, std::size_t element_bytes,
                                     std::span<std::byte> chunk);

}  // namespace tarsier
