#include "store/codec.hpp"

#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>
#include <cstring>

namespace tarsier {
namespace {

// A zlib stream of incompressible data is longer than the data by its header, its checksum and a few bytes a block.
constexpr std::uint64_t stream_overhead = 64;

libdeflate_compressor* native(void* compressor) { return static_cast<libdeflate_compressor*>(compressor); }

void split_bytes(std::span<const std::byte> pixels, std::byte* low, std::byte* high) {
  for (std::size_t i = 0; i < pixels.size() / 2; ++i) {
    low[i] = pixels[2 * i];
    high[i] = pixels[2 * i + 1];
  }
}

void join_bytes(std::span<const std::byte> shuffled, std::span<std::byte> pixels) {
  const std::size_t half = shuffled.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    pixels[2 * i] = shuffled[i];
    pixels[2 * i + 1] = shuffled[half + i];
  }
}

}  // namespace

std::uint64_t largest_coded(std::uint64_t chunk_bytes) {
  // A larger chunk whose stream is not smaller than itself is stored as it is.
  return chunk_bytes >= smallest_deflated_bytes ? chunk_bytes : smallest_deflated_bytes + stream_overhead;
}

void ChunkCodec::Free::operator()(Compressor* compressor) const { libdeflate_free_compressor(native(compressor)); }

Result<ChunkCodec> ChunkCodec::create(Codec codec, std::uint32_t level) {
  if (codec == Codec::none) return ChunkCodec(codec, nullptr);
  if (level < 1 || level > 12) return misuse(fmt::format("store.deflate_level: {}; choose 1 to 12", level));
  void* compressor = libdeflate_alloc_compressor(static_cast<int>(level));
  if (compressor == nullptr) return failure("codec: no memory for a compressor; free some memory");
  return ChunkCodec(codec, std::unique_ptr<Compressor, Free>(static_cast<Compressor*>(compressor)));
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
  if (const std::uint64_t bytes = deflate(chunk, coded); bytes > 0) return {bytes, 0};
  if (shuffles(pixel)) {
    join_bytes(chunk, coded.first(chunk.size()));
  } else {
    std::memcpy(coded.data(), chunk.data(), chunk.size());
  }
  return {chunk.size(), all_filters_skipped(pixel)};
}

std::uint64_t ChunkCodec::deflate(std::span<const std::byte> chunk, std::span<std::byte> coded) {
  const bool small = chunk.size() < smallest_deflated_bytes;
  const std::size_t room = small ? coded.size() : chunk.size() - 1;
  const std::size_t bytes =
      libdeflate_zlib_compress(native(compressor_.get()), chunk.data(), chunk.size(), coded.data(), room);
  if (bytes == 0 || bytes >= smallest_deflated_bytes) return bytes;
  std::memset(coded.data() + bytes, 0, smallest_deflated_bytes - bytes);
  return smallest_deflated_bytes;
}

}  // namespace tarsier
