#include "hdf5/filters.hpp"

#include <hdf5.h>

#include "hdf5/bitshuffle.hpp"

namespace tarsier {
namespace {

constexpr int bitshuffle_id = 32008;
// Version of the filter whose values these are, and its number of LZ4.
constexpr std::uint32_t major = 0, minor = 3, lz4 = 2;
constexpr std::size_t values_needed = 3;

// HDF5's convention: bytes of the new buffer, 0 for failure.
std::size_t decode(unsigned flags, std::size_t value_count, const unsigned values[], std::size_t bytes,
                   std::size_t* buffer_bytes, void** buffer) {
  if ((flags & H5Z_FLAG_REVERSE) == 0 || value_count < values_needed) return 0;
  const std::span coded(static_cast<const std::byte*>(*buffer), bytes);
  const std::size_t decoded = bitshuffle_decoded_bytes(coded);
  if (decoded == 0) return 0;
  void* chunk = H5allocate_memory(decoded, false);
  if (chunk == nullptr) return 0;
  if (!decode_bitshuffle(coded, values[2], {static_cast<std::byte*>(chunk), decoded})) {
    (void)H5free_memory(chunk);
    return 0;
  }
  (void)H5free_memory(*buffer);
  *buffer = chunk;
  *buffer_bytes = decoded;
  return decoded;
}

}  // namespace

SeriesFilter shuffle_filter(std::size_t element_bytes) {
  return {"shuffle", H5Z_FILTER_SHUFFLE, {static_cast<std::uint32_t>(element_bytes)}};
}

SeriesFilter deflate_filter(std::uint32_t level) { return {"deflate", H5Z_FILTER_DEFLATE, {level}}; }

SeriesFilter bitshuffle_filter(std::size_t element_bytes) {
  const auto element = static_cast<std::uint32_t>(element_bytes);
  const auto block = static_cast<std::uint32_t>(bitshuffle_block_bytes / element_bytes);
  return {"bitshuffle-lz4", bitshuffle_id, {major, minor, element, block, lz4}};
}

bool register_bitshuffle() {
  static const H5Z_class2_t filter = {H5Z_CLASS_T_VERS, bitshuffle_id, 1,       1,
                                      "bitshuffle-lz4", nullptr,       nullptr, decode};
  return H5Zregister(&filter) >= 0;
}

}  // namespace tarsier
