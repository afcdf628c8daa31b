// Gathers one camera's frames into chunks, codes them and hands them to the recorder, in one thread or several.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

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
//
// The threads take turns: one of them gathers a chunk and frees its frames as it places them; when the chunk is full
// the turn goes to the next thread, and the chunk is coded meanwhile. So the rings have one reader at any time, and
// chunk i is coded by thread (first + i) mod n.
class CameraCodec {
 public:
  [[nodiscard]] static Bytes cost(const ChunkShape& shape, std::uint32_t threads = 1) {
    return Arena::cost(shape.bytes()) * threads;
  }
  // A codec for each lane of the backlog. All but `arena` outlive it.
  CameraCodec(Arena& arena, CameraChannel& channel, ChunkBacklog& backlog, std::span<ChunkCodec> codecs,
              const Clock& clock, ChunkShape shape);

  // Before the threads start: `threads` hears when the turn passes on.
  void listen(Wakeup* threads) { threads_ = threads; }

  // Thread of `lane`: does what can be done now without waiting; false when that was nothing.
  [[nodiscard]] bool step(std::uint32_t lane = 0);
  // Thread of `lane`: the queue has ended and its last chunk is in the backlog's lane, which is closed.
  [[nodiscard]] bool finished(std::uint32_t lane = 0) const { return lanes_[lane].finished; }

 private:
  // Its own thread's.
  struct Lane {
    ChunkCodec* codec = nullptr;
    std::span<std::byte> gathered;  // a chunk in the making; unused where it is made in the backlog itself
    CodedChunk* chunk = nullptr;    // the backlog's entry that the chunk in the making will become
    std::span<std::byte> pixels;    // where its frames are placed
    bool finished = false;
  };

  [[nodiscard]] bool gather(std::uint32_t lane);
  [[nodiscard]] bool take(const RowEntry& entry, std::uint32_t lane);
  [[nodiscard]] bool begin_chunk(std::uint32_t segment, std::uint32_t lane);
  void pass_on(std::uint32_t lane);
  void code(std::uint32_t lane);
  void tell_threads() const {
    if (threads_ != nullptr) threads_->notify();
  }

  // Constant once the threads run.
  CameraChannel& channel_;
  ChunkBacklog& backlog_;
  const Clock& clock_;
  const ChunkShape shape_;
  Wakeup* threads_ = nullptr;
  std::vector<Lane> lanes_;
  // Whose turn it is, and the end. Release and acquire: a thread whose turn comes sees what the others did to the
  // rings.
  std::atomic<std::uint32_t> turn_;
  std::atomic<bool> ended_{false};
  // Of the thread whose turn it is.
  std::uint64_t next_row_ = 0;
};

}  // namespace tarsier
