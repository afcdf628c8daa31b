// Turns whole chunks of frames into the bytes that lie in the file: as they are, or as the stock HDF5 filters shuffle
// and deflate would have made them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.hpp"
#include "config/rig.hpp"
#include "frame/pixel_format.hpp"

namespace tarsier {

// A deflate stream is padded with zeros to this size, so that no two chunks share a page of the file.
inline constexpr std::uint64_t smallest_deflated_bytes = 4096;

// What a coded chunk looks like.
struct CodedSize {
  std::uint64_t bytes = 0;
  std::uint32_t filter_mask = 0;  // bit i: filter i was skipped
};

// Bytes that a chunk of `chunk_bytes` takes at worst, whatever the codec.
[[nodiscard]] std::uint64_t largest_coded(std::uint64_t chunk_bytes);

// Mask of a chunk that is stored as it is although its dataset has filters: shuffle and deflate for gray16, deflate
// for gray8.
[[nodiscard]] constexpr std::uint32_t all_filters_skipped(StoredPixel pixel) {
  return pixel == StoredPixel::gray16 ? 0b11 : 0b1;
}

// One thread. Allocates the compressor in create() and nothing later.
class ChunkCodec {
 public:
  // level: 1 (fastest) to 12, of deflate alone.
  [[nodiscard]] static Result<ChunkCodec> create(Codec codec, std::uint32_t level);

  // Puts the pixels of frame `index` at their place in `chunk`, in the order that encode() wants: for deflated gray16
  // all low bytes of the chunk, then all high bytes (what the filter shuffle does).
  void place(StoredPixel pixel, std::span<const std::byte> frame, std::uint64_t index,
             std::span<std::byte> chunk) const;
  // Zeros for the frames from `index` on.
  void blank(StoredPixel pixel, std::uint64_t frame_bytes, std::uint64_t index, std::span<std::byte> chunk) const;
  // Codes a whole chunk into `coded`, which holds largest_coded(chunk.size()) bytes. With Codec::none `chunk` may be
  // the beginning of `coded`. A chunk that does not shrink is stored as it is, with its filters masked.
  [[nodiscard]] CodedSize encode(StoredPixel pixel, std::span<const std::byte> chunk, std::span<std::byte> coded);

  [[nodiscard]] Codec codec() const { return codec_; }

 private:
  struct Compressor;
  struct Free {
    void operator()(Compressor* compressor) const;
  };
  ChunkCodec(Codec codec, std::unique_ptr<Compressor, Free> compressor)
      : codec_(codec), compressor_(std::move(compressor)) {}
  [[nodiscard]] bool shuffles(StoredPixel pixel) const {
    return codec_ == Codec::deflate && pixel == StoredPixel::gray16;
  }
  [[nodiscard]] std::uint64_t deflate(std::span<const std::byte> chunk, std::span<std::byte> coded);

  Codec codec_;
  std::unique_ptr<Compressor, Free> compressor_;  // none: null
};

}  // namespace tarsier
