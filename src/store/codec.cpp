#include "store/codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hdf5/byte_planes.hpp"

namespace tarsier {
namespace {

// A chunk smaller than a page may grow by what the codecs add to data that they cannot compress: a zlib stream its
// header, its checksum and a few bytes a block.
constexpr std::uint64_t most_growth = bitshuffle_overhead;

}  // namespace

std::uint64_t largest_coded(std::uint64_t chunk_bytes) {
  // A larger chunk that does not shrink is stored as it is.
  return chunk_bytes >= smallest_coded_bytes ? chunk_bytes : smallest_coded_bytes + most_growth;
}

SeriesFilters frame_filters(StoredPixel pixel, Codec codec, std::uint32_t deflate_level) {
  const std::size_t element_bytes = bytes_per_pixel(pixel);
  if (codec == Codec::bitshuffle_lz4) return {bitshuffle_filter(element_bytes)};
  if (codec == Codec::none) return {};
  // HDF5 knows the levels up to 9; the stream is the same kind at any.
  const SeriesFilter deflate = deflate_filter(std::clamp(deflate_level, 1U, 9U));
  if (pixel == StoredPixel::gray8) return {deflate};
  return {shuffle_filter(element_bytes), deflate};
}

Result<ChunkCodec> ChunkCodec::create(Codec codec, std::uint32_t deflate_level) {
  ChunkCodec made(codec);
  if (codec == Codec::bitshuffle_lz4) made.bitshuffle_.emplace();
  if (codec != Codec::deflate) return made;
  auto deflater = Deflater::create(deflate_level, Deflater::library_of(deflate_level));
  if (!deflater) return unexpected(std::move(deflater.error()).within("store.deflate_level"));
  made.deflater_ = std::move(*deflater);
  return made;
}

Bytes ChunkCodec::cost(Codec codec, std::uint32_t deflate_level) {
  if (codec == Codec::deflate) return Deflater::cost(deflate_level, Deflater::library_of(deflate_level));
  return codec == Codec::bitshuffle_lz4 ? BitshuffleEncoder::cost() : Bytes{};
}

void ChunkCodec::place(StoredPixel pixel, std::span<const std::byte> frame, std::uint64_t index,
                       std::span<std::byte> chunk) const {
  if (!shuffles(pixel)) {
    std::memcpy(chunk.data() + index * frame.size(), frame.data(), frame.size());
    return;
  }
  std::byte* low = chunk.data() + index * frame.size() / 2;
  split_bytes(frame, low, low + chunk.size() / 2);
}

void ChunkCodec::blank(StoredPixel pixel, std::uint64_t frame_bytes, std::uint64_t index,
                       std::span<std::byte> chunk) const {
  const std::size_t planes = shuffles(pixel) ? 2 : 1;
  const std::size_t plane_bytes = chunk.size() / planes;
  const std::size_t begin = index * frame_bytes / planes;
  for (std::size_t plane = 0; plane < planes; ++plane) {
    std::memset(chunk.data() + plane * plane_bytes + begin, 0, plane_bytes - begin);
  }
}

CodedSize ChunkCodec::encode(StoredPixel pixel, std::span<const std::byte> chunk, std::span<std::byte> coded) {
  if (codec_ == Codec::none) {
    if (chunk.data() != coded.data()) std::memcpy(coded.data(), chunk.data(), chunk.size());
    return {chunk.size(), 0};
  }
  if (const std::uint64_t bytes = compress(pixel, chunk, coded); bytes > 0) return {bytes, 0};
  if (shuffles(pixel)) {
    const std::size_t half = chunk.size() / 2;
    join_bytes(chunk.data(), chunk.data() + half, coded.first(chunk.size()));
    return {chunk.size(), 0b11};
  }
  std::memcpy(coded.data(), chunk.data(), chunk.size());
  return {chunk.size(), 0b1};
}

// Bytes in `coded`, padding included; 0 when the chunk does not shrink.
std::uint64_t ChunkCodec::compress(StoredPixel pixel, std::span<const std::byte> chunk, std::span<std::byte> coded) {
  const bool small = chunk.size() < smallest_coded_bytes;
  const auto room = coded.first(small ? coded.size() : chunk.size() - 1);
  const std::size_t bytes =
      deflater_ ? deflater_->deflate(chunk, room) : bitshuffle_->encode(chunk, bytes_per_pixel(pixel), room);
  if (bytes == 0 || bytes >= smallest_coded_bytes) return bytes;
  std::memset(coded.data() + bytes, 0, smallest_coded_bytes - bytes);
  return smallest_coded_bytes;
}

}  // namespace tarsier
