#include "store/chunk_backlog.hpp"

#include <cassert>

namespace tarsier {

ChunkBacklog::ChunkBacklog(Arena& arena, std::uint64_t chunks, std::uint64_t chunk_bytes)
    : chunks_(chunks), cursors_(chunks, 1) {
  for (CodedChunk& chunk : chunks_) {
    chunk.memory = arena.take(largest_coded(chunk_bytes));
    assert(!chunk.memory.empty() && "the plan reserves every chunk of the backlog");
  }
}

CodedChunk* ChunkBacklog::free_chunk() {
  return cursors_.has_room() ? &chunks_[cursors_.index(cursors_.published())] : nullptr;
}

const CodedChunk* ChunkBacklog::oldest() const {
  const std::uint64_t position = cursors_.released(0);
  return position == cursors_.published() ? nullptr : &chunks_[cursors_.index(position)];
}

void ChunkBacklog::release() {
  cursors_.release(0, cursors_.released(0) + 1);
  if (codec_ != nullptr) codec_->notify();
}

}  // namespace tarsier
