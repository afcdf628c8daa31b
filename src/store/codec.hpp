// Turns whole chunks of frames into the bytes that lie in the file: as they are, as the stock HDF5 filters shuffle
// and deflate would have made them, or as the registered filter bitshuffle would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "config/rig.hpp"
#include "frame/pixel_format.hpp"
#include "hdf5/bitshuffle.hpp"
#include "hdf5/filters.hpp"
#include "store/deflater.hpp"

namespace tarsier {

// A coded chunk is padded with zeros to this size, so that no two chunks share a page of the file.
inline constexpr std::uint64_t smallest_coded_bytes = 4096;

// What a coded chunk looks like.
struct CodedSize {
  std::uint64_t bytes = 0;
  std::uint32_t filter_mask = 0;  // bit i: filter i was skipped
};

// Bytes that a chunk of `chunk_bytes` takes at worst, whatever the codec.
[[nodiscard]] std::uint64_t largest_coded(std::uint64_t chunk_bytes);

// The HDF5 filters of a dataset of frames, in their order: none; shuffle (gray16) and deflate; bitshuffle.
[[nodiscard]] SeriesFilters frame_filters(StoredPixel pixel, Codec codec, std::uint32_t deflate_level);

// One thread. Allocates the compressor in create() and nothing later.
class ChunkCodec {
 public:
  // deflate_level: 1 (fastest) to 12, of deflate alone.
  [[nodiscard]] static Result<ChunkCodec> create(Codec codec, std::uint32_t deflate_level);
  // What one takes from the heap.
  [[nodiscard]] static Bytes cost(Codec codec, std::uint32_t deflate_level);

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
  explicit ChunkCodec(Codec codec) : codec_(codec) {}
  [[nodiscard]] bool shuffles(StoredPixel pixel) const {
    return codec_ == Codec::deflate && pixel == StoredPixel::gray16;
  }
  [[nodiscard]] std::uint64_t compress(StoredPixel pixel, std::span<const std::byte> chunk, std::span<std::byte> coded);

  Codec codec_;
  std::unique_ptr<Deflater> deflater_;           // deflate only
  std::optional<BitshuffleEncoder> bitshuffle_;  // bitshuffle-lz4 only
};

}  // namespace tarsier
