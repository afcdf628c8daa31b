// Puts the frames of several segments one behind the other: chunk by chunk as they are while they fit, decoded and
// coded again from the first seam on at which they do not.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.hpp"
#include "hdf5/file.hpp"
#include "store/codec.hpp"
#include "store/merge_source.hpp"

namespace tarsier {

// Takes a chunk of the merged file for its /tarsier/chunks.
using ChunkSink = std::function<Result<void>(const ChunkRecord&)>;

// Copies whole chunks of a dataset of images, one in each, behind those that are there. Each is compared with its hash
// first.
[[nodiscard]] Result<void> copy_images(const MergeSource& source, const std::vector<ChunkRecord>& chunks,
                                       const std::string& path, WritableFile& into, Series& to, const ChunkSink& sink);

// One thread. Memory: a few chunks.
class FrameJoiner {
 public:
  // `into` outlives it; /frames is there, as in `first`.
  [[nodiscard]] static Result<FrameJoiner> create(WritableFile& into, const MergeSource& first, ChunkSink sink);

  // The frames of the next segment. `advance` is told of bytes read.
  [[nodiscard]] Result<void> add(const MergeSource& source, const std::function<void(std::uint64_t)>& advance);
  // Writes what is left, the last chunk filled up with black.
  [[nodiscard]] Result<void> finish();

  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  // Chunks that were copied as they are, and coded anew.
  [[nodiscard]] std::uint64_t copied() const { return copied_; }
  [[nodiscard]] std::uint64_t recoded() const { return recoded_; }

 private:
  FrameJoiner(WritableFile& into, Series to, ChunkCodec codec, StoredPixel pixel, ChunkSink sink)
      : into_(&into), to_(std::move(to)), codec_(std::move(codec)), pixel_(pixel), sink_(std::move(sink)) {}
  [[nodiscard]] Result<void> copy_chunk(const Series& from, const ChunkRecord& chunk);
  [[nodiscard]] Result<void> recode_chunk(const Series& from, const ChunkRecord& chunk);
  [[nodiscard]] Result<void> write_pending();
  [[nodiscard]] Result<void> write(std::span<const std::byte> coded, std::uint32_t filter_mask, std::uint64_t count);

  WritableFile* into_;
  Series to_;
  ChunkCodec codec_;
  StoredPixel pixel_;
  ChunkSink sink_;
  std::uint64_t step_ = 1;  // frames a chunk
  std::uint64_t frame_bytes_ = 0;
  std::vector<std::byte> coded_, decoded_, chunk_;
  std::uint64_t pending_ = 0;  // frames that wait in chunk_
  std::uint64_t frames_ = 0;   // written and waiting
  std::uint64_t copied_ = 0;
  std::uint64_t recoded_ = 0;
};

}  // namespace tarsier
