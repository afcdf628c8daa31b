// Gathers one camera's frames into chunks, codes them and hands them to the recorder. Codec thread only.
#pragma once

#include <cstdint>
#include <span>

#include "base/clock.hpp"
#include "frame/camera_channel.hpp"
#include "store/chunk_backlog.hpp"
#include "store/codec.hpp"

namespace tarsier {

struct ChunkShape {
  StoredPixel pixel = StoredPixel::gray8;
  std::uint64_t frame_bytes = 0;
  std::uint64_t frames = 1;  // in a chunk
  [[nodiscard]] std::uint64_t bytes() const { return frame_bytes * frames; }
};

// Reads the channel's rows as row_codec_reader and its frames as codec_reader. A chunk is full at shape.frames frames,
// or ends early, filled up with zeros, where the next row belongs to another segment or the queue ends.
class CameraCodec {
 public:
  [[nodiscard]] static Bytes cost(const ChunkShape& shape) { return Arena::cost(shape.bytes()); }
  // All but `arena` outlive it.
  CameraCodec(Arena& arena, CameraChannel& channel, ChunkBacklog& backlog, ChunkCodec& codec, const Clock& clock,
              ChunkShape shape);

  // Does what can be done now without waiting; false when that was nothing.
  [[nodiscard]] bool step();
  // The queue has ended and its last chunk is in the backlog, which is closed.
  [[nodiscard]] bool finished() const { return finished_; }

 private:
  [[nodiscard]] bool take(const RowEntry& entry);
  [[nodiscard]] bool begin_chunk(std::uint32_t segment);
  void end_chunk();
  void end();

  // Constant after construction.
  CameraChannel& channel_;
  ChunkBacklog& backlog_;
  ChunkCodec& codec_;
  const Clock& clock_;
  const ChunkShape shape_;
  std::span<std::byte> gathered_;  // a chunk in the making; unused where it is made in the backlog itself
  // Codec thread.
  CodedChunk* chunk_ = nullptr;  // the backlog's entry that the chunk in the making will become
  std::span<std::byte> pixels_;  // where its frames are placed
  std::uint64_t next_row_ = 0;
  bool finished_ = false;
};

}  // namespace tarsier
