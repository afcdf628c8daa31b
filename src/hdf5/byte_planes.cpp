#include "hdf5/byte_planes.hpp"

#include <cstdint>

namespace tarsier {

// Written so that the compiler makes whole vectors of it: numbers of two bytes are taken apart by shifts.
void split_bytes(std::span<const std::byte> pixels, std::byte* __restrict low, std::byte* __restrict high) {
  const std::byte* __restrict from = pixels.data();
  const std::size_t count = pixels.size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    low[i] = from[2 * i];
    high[i] = from[2 * i + 1];
  }
}

void join_bytes(const std::byte* __restrict low, const std::byte* __restrict high, std::span<std::byte> pixels) {
  std::byte* __restrict into = pixels.data();
  const std::size_t count = pixels.size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    into[2 * i] = low[i];
    into[2 * i + 1] = high[i];
  }
}

}  // namespace tarsier
