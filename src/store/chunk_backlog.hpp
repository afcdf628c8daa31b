// Coded chunks on their way from the codec threads to the recorder: what absorbs a stalled disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/clock.hpp"
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
  Nanoseconds coding_time{0};
};

// One lane for each codec thread, which fills it; the recorder thread empties the lanes in turn, so that the chunks
// come in the order in which the threads took them. Allocates in the constructor alone.
class ChunkBacklog {
 public:
  [[nodiscard]] static Bytes cost(std::uint64_t chunks, std::uint64_t chunk_bytes, std::uint32_t lanes = 1);
  // At least `chunks` >= 1 entries of worst-case size from `arena`, shared out to the lanes; several lanes have two
  // each at least. `first_lane` gets the first chunk.
  ChunkBacklog(Arena& arena, std::uint64_t chunks, std::uint64_t chunk_bytes, std::uint32_t lanes = 1,
               std::uint32_t first_lane = 0);

  [[nodiscard]] std::uint32_t lanes() const { return static_cast<std::uint32_t>(lanes_.size()); }
  [[nodiscard]] std::uint32_t first_lane() const { return first_lane_; }

  // Codec thread of `lane`: its next free entry, or null when it is full. publish() hands it on.
  [[nodiscard]] CodedChunk* free_chunk(std::uint32_t lane = 0);
  void publish(std::uint32_t lane = 0) { lanes_[lane]->cursors.publish(); }
  // Codec thread of `lane`: no chunk will come from it any more.
  void close(std::uint32_t lane = 0) { lanes_[lane]->cursors.close(); }

  // Recorder thread: the oldest chunk, or null while it is not there. release() frees it.
  [[nodiscard]] const CodedChunk* oldest() const;
  void release();

  // Any thread: true when no chunk will come any more; those that came may still be there.
  [[nodiscard]] bool closed() const;
  // Before the threads start: `recorder` hears of chunks, `codec` of room.
  void listen(Wakeup* recorder, Wakeup* codec);

 private:
  struct Lane {
    explicit Lane(std::uint64_t entries) : chunks(entries), cursors(entries, 1) {}
    std::vector<CodedChunk> chunks;
    RingCursors cursors;
  };

  // Constant after listen().
  const std::uint32_t first_lane_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  Wakeup* codec_ = nullptr;
  // Recorder thread.
  std::uint32_t turn_;  // lane of the oldest chunk
};

}  // namespace tarsier
