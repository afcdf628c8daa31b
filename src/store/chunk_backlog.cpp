#include "store/chunk_backlog.hpp"

#include <algorithm>
#include <cassert>

namespace tarsier {
namespace {

// With one entry a thread of several would wait for the disk after each chunk.
std::uint64_t lane_entries(std::uint64_t chunks, std::uint32_t lanes) {
  return lanes == 1 ? chunks : std::max<std::uint64_t>((chunks + lanes - 1) / lanes, 2);
}

}  // namespace

Bytes ChunkBacklog::cost(std::uint64_t chunks, std::uint64_t chunk_bytes, std::uint32_t lanes) {
  return Arena::cost(largest_coded(chunk_bytes)) * (lane_entries(chunks, lanes) * lanes);
}

ChunkBacklog::ChunkBacklog(Arena& arena, std::uint64_t chunks, std::uint64_t chunk_bytes, std::uint32_t lanes,
                           std::uint32_t first_lane)
    : first_lane_(first_lane), turn_(first_lane) {
  for (std::uint32_t lane = 0; lane < lanes; ++lane) {
    lanes_.push_back(std::make_unique<Lane>(lane_entries(chunks, lanes)));
    for (CodedChunk& chunk : lanes_.back()->chunks) {
      chunk.memory = arena.take(largest_coded(chunk_bytes));
      assert(!chunk.memory.empty() && "the plan reserves every chunk of the backlog");
    }
  }
}

CodedChunk* ChunkBacklog::free_chunk(std::uint32_t lane) {
  Lane& own = *lanes_[lane];
  return own.cursors.has_room() ? &own.chunks[own.cursors.index(own.cursors.published())] : nullptr;
}

const CodedChunk* ChunkBacklog::oldest() const {
  const Lane& next = *lanes_[turn_];
  const std::uint64_t position = next.cursors.released(0);
  return position == next.cursors.published() ? nullptr : &next.chunks[next.cursors.index(position)];
}

void ChunkBacklog::release() {
  RingCursors& cursors = lanes_[turn_]->cursors;
  cursors.release(0, cursors.released(0) + 1);
  turn_ = (turn_ + 1) % lanes();
  if (codec_ != nullptr) codec_->notify();
}

bool ChunkBacklog::closed() const {
  return std::ranges::all_of(lanes_, [](const auto& lane) { return lane->cursors.closed(); });
}

void ChunkBacklog::listen(Wakeup* recorder, Wakeup* codec) {
  for (const auto& lane : lanes_) lane->cursors.listen(0, recorder);
  codec_ = codec;
}

}  // namespace tarsier
