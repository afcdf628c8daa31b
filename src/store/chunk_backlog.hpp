// Coded chunks on their way from the codec to the recorder: what absorbs a stalled disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/ring_cursors.hpp"
#include "frame/arena.hpp"
#include "store/codec.hpp"

namespace tarsier {

// One chunk of /frames as it shall lie in the file.
struct CodedChunk {
  std::span<std::byte> memory;  // largest_coded() bytes
  std::uint64_t bytes = 0;      // of it in use
  std::uint64_t frames = 0;     // real ones; the rest of the chunk is zeros
  std::uint64_t hash = 0;       // XXH3-64 of the bytes in use
  std::uint32_t filter_mask = 0;
  std::uint32_t segment = 0;  // of the run
};

// Codec thread fills, recorder thread empties. Allocates in the constructor alone.
class ChunkBacklog {
 public:
  [[nodiscard]] static Bytes cost(std::uint64_t chunks, std::uint64_t chunk_bytes) {
    return Arena::cost(largest_coded(chunk_bytes)) * chunks;
  }
  // `chunks` >= 1 entries of worst-case size from `arena`.
  ChunkBacklog(Arena& arena, std::uint64_t chunks, std::uint64_t chunk_bytes);

  // Codec thread: the next free entry, or null when the backlog is full. publish() hands it on.
  [[nodiscard]] CodedChunk* free_chunk();
  void publish() { cursors_.publish(); }
  // Codec thread: no chunk will come any more.
  void close() { cursors_.close(); }

  // Recorder thread: the oldest chunk, or null. release() frees it.
  [[nodiscard]] const CodedChunk* oldest() const;
  void release();

  // Any thread: true when no chunk will come any more; those that came may still be there.
  [[nodiscard]] bool closed() const { return cursors_.closed(); }
  // Before the threads start: `recorder` hears of chunks, `codec` of room.
  void listen(Wakeup* recorder, Wakeup* codec) {
    cursors_.listen(0, recorder);
    codec_ = codec;
  }

 private:
  std::vector<CodedChunk> chunks_;
  RingCursors cursors_;
  Wakeup* codec_ = nullptr;
};

}  // namespace tarsier
