#include "hdf5/bitshuffle.hpp"

#include <lz4.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "hdf5/bit_transpose.hpp"
#include "hdf5/byte_planes.hpp"

namespace tarsier {
namespace {

constexpr std::size_t head_bytes = 12;
constexpr std::size_t length_bytes = 4;
// LZ4 makes at most 255 bytes of one.
constexpr std::uint64_t most_expansion = 256;
static_assert(LZ4_COMPRESSBOUND(bitshuffle_block_bytes) - bitshuffle_block_bytes + head_bytes + length_bytes <=
              bitshuffle_overhead);

void put_big_endian(std::uint64_t value, std::span<std::byte> into) {
  for (std::size_t i = into.size(); i-- > 0; value >>= 8) into[i] = static_cast<std::byte>(value);
}

std::uint64_t big_endian(std::span<const std::byte> from) {
  std::uint64_t value = 0;
  for (const std::byte byte : from) value = value << 8 | static_cast<std::uint64_t>(byte);
  return value;
}

// Blocks hold a multiple of eight elements, so the last one may be shorter, and up to seven elements are left over.
std::size_t next_block(std::size_t left, std::size_t block_bytes, std::size_t element_bytes) {
  const std::size_t bytes = std::min(left, block_bytes);
  return bytes - bytes % (8 * element_bytes);
}

void transpose_block(std::span<const std::byte> block, std::size_t element_bytes, std::span<std::byte> planes,
                     std::span<std::byte> rows) {
  if (element_bytes == 1) return transpose_bits(block, rows);
  const std::size_t half = block.size() / 2;
  split_bytes(block, planes.data(), planes.data() + half);
  transpose_bits(planes.first(half), rows.first(half));
  transpose_bits(planes.subspan(half, half), rows.subspan(half, half));
}

void untranspose_block(std::span<const std::byte> rows, std::size_t element_bytes, std::span<std::byte> planes,
                       std::span<std::byte> block) {
  if (element_bytes == 1) return untranspose_bits(rows, block);
  const std::size_t half = block.size() / 2;
  untranspose_bits(rows.first(half), planes.first(half));
  untranspose_bits(rows.subspan(half, half), planes.subspan(half, half));
  join_bytes(planes.data(), planes.data() + half, block);
}

}  // namespace

struct BitshuffleEncoder::Scratch {
  std::array<std::byte, bitshuffle_block_bytes> planes;
  std::array<std::byte, bitshuffle_block_bytes> rows;
  // As large as LZ4_sizeofState(), and aligned as it asks.
  alignas(8) std::array<std::byte, sizeof(LZ4_stream_t)> state;
};

BitshuffleEncoder::BitshuffleEncoder() : scratch_(std::make_unique<Scratch>()) {}
BitshuffleEncoder::BitshuffleEncoder(BitshuffleEncoder&&) noexcept = default;
BitshuffleEncoder& BitshuffleEncoder::operator=(BitshuffleEncoder&&) noexcept = default;
BitshuffleEncoder::~BitshuffleEncoder() = default;

Bytes BitshuffleEncoder::cost() { return {sizeof(Scratch)}; }

std::size_t BitshuffleEncoder::encode(std::span<const std::byte> chunk, std::size_t element_bytes,
                                      std::span<std::byte> coded) {
  if (coded.size() < head_bytes) return 0;
  put_big_endian(chunk.size(), coded.first(8));
  put_big_endian(bitshuffle_block_bytes, coded.subspan(8, 4));
  std::size_t used = head_bytes;
  std::span<const std::byte> rest = chunk;
  while (const std::size_t bytes = next_block(rest.size(), bitshuffle_block_bytes, element_bytes)) {
    if (coded.size() - used <= length_bytes) return 0;
    const auto rows = std::span(scratch_->rows).first(bytes);
    transpose_block(rest.first(bytes), element_bytes, scratch_->planes, rows);
    const std::span<std::byte> into = coded.subspan(used + length_bytes);
    const int length = LZ4_compress_fast_extState(
        scratch_->state.data(), reinterpret_cast<const char*>(rows.data()), reinterpret_cast<char*>(into.data()),
        static_cast<int>(bytes), static_cast<int>(std::min<std::size_t>(into.size(), LZ4_MAX_INPUT_SIZE)), 1);
    if (length <= 0) return 0;
    put_big_endian(static_cast<std::uint64_t>(length), coded.subspan(used, length_bytes));
    used += length_bytes + static_cast<std::size_t>(length);
    rest = rest.subspan(bytes);
  }
  if (coded.size() - used < rest.size()) return 0;
  std::ranges::copy(rest, coded.begin() + static_cast<std::ptrdiff_t>(used));
  return used + rest.size();
}

std::size_t bitshuffle_decoded_bytes(std::span<const std::byte> coded) {
  if (coded.size() < head_bytes) return 0;
  const std::uint64_t total = big_endian(coded.first(8));
  return total / most_expansion > coded.size() ? 0 : total;
}

bool decode_bitshuffle(std::span<const std::byte> coded, std::size_t element_bytes, std::span<std::byte> chunk) {
  const bool fits = element_bytes >= 1 && element_bytes <= 2 && coded.size() >= head_bytes;
  const std::uint64_t block_bytes = fits ? big_endian(coded.subspan(8, 4)) : 0;
  if (block_bytes == 0 || block_bytes % (8 * element_bytes) != 0 || block_bytes > LZ4_MAX_INPUT_SIZE) return false;
  const std::size_t largest = std::min<std::size_t>(block_bytes, chunk.size());
  std::vector<std::byte> rows(largest), planes(largest);
  std::span<const std::byte> in = coded.subspan(head_bytes);
  std::span<std::byte> rest = chunk;
  while (const std::size_t bytes = next_block(rest.size(), block_bytes, element_bytes)) {
    if (in.size() < length_bytes) return false;
    const std::uint64_t length = big_endian(in.first(length_bytes));
    in = in.subspan(length_bytes);
    if (length > in.size() || length > LZ4_MAX_INPUT_SIZE) return false;
    const int made = LZ4_decompress_safe(reinterpret_cast<const char*>(in.data()), reinterpret_cast<char*>(rows.data()),
                                         static_cast<int>(length), static_cast<int>(bytes));
    if (made != static_cast<int>(bytes)) return false;
    untranspose_block(std::span(rows).first(bytes), element_bytes, planes, rest.first(bytes));
    in = in.subspan(length);
    rest = rest.subspan(bytes);
  }
  if (in.size() < rest.size()) return false;
  std::ranges::copy(in.first(rest.size()), rest.begin());
  return true;
}

}  // namespace tarsier
