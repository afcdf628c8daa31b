#include "store/camera_codec.hpp"

#include "base/hash.hpp"

namespace tarsier {

CameraCodec::CameraCodec(Arena& arena, CameraChannel& channel, ChunkBacklog& backlog, std::span<ChunkCodec> codecs,
                         const Clock& clock, ChunkShape shape)
    : channel_(channel), backlog_(backlog), clock_(clock), shape_(shape), turn_(backlog.first_lane()) {
  for (std::uint32_t lane = 0; lane < backlog.lanes(); ++lane) {
    lanes_.push_back({.codec = &codecs[lane], .gathered = arena.take(shape.bytes()), .chunk = {}, .pixels = {}});
  }
}

bool CameraCodec::step(std::uint32_t lane) {
  if (lanes_[lane].finished) return false;
  // In this order: an end that is seen was reached by whoever's turn it was.
  const bool ended = ended_.load(std::memory_order_acquire);
  if (!ended && turn_.load(std::memory_order_acquire) == lane) return gather(lane);
  if (!ended) return false;
  backlog_.close(lane);
  return lanes_[lane].finished = true;
}

bool CameraCodec::gather(std::uint32_t lane) {
  RingCursors& rows = channel_.rows.cursors();
  // In this order: an end that is seen comes after the last entry.
  const bool closed = rows.closed();
  const std::uint64_t published = rows.published();
  const std::uint64_t begin = next_row_;
  const Lane& own = lanes_[lane];
  while (next_row_ < published) {
    const RowEntry& entry = channel_.rows.at(next_row_);
    const bool over = own.chunk != nullptr && own.chunk->segment != entry.segment;
    if (!over && !take(entry, lane)) return next_row_ != begin;
    if (!over) rows.release(row_codec_reader, ++next_row_);
    if (!over && (own.chunk == nullptr || own.chunk->frames < shape_.frames)) continue;
    pass_on(lane);
    code(lane);
    return true;
  }
  if (!closed) return next_row_ != begin;
  RingCursors& frames = channel_.frames.cursors();
  frames.release(codec_reader, frames.published());
  ended_.store(true, std::memory_order_release);
  tell_threads();
  if (own.chunk != nullptr) code(lane);
  return true;
}

// False when the lane's part of the backlog is full.
bool CameraCodec::take(const RowEntry& entry, std::uint32_t lane) {
  Lane& own = lanes_[lane];
  if (entry.store) {
    if (own.chunk == nullptr && !begin_chunk(entry.segment, lane)) return false;
    const auto frame = channel_.frames.at(entry.frame_position).pixels.first(shape_.frame_bytes);
    own.codec->place(shape_.pixel, frame, own.chunk->frames++, own.pixels);
  }
  // Not the frame itself: a placeholder that follows stands for it.
  channel_.frames.cursors().release(codec_reader, entry.frame_position);
  return true;
}

bool CameraCodec::begin_chunk(std::uint32_t segment, std::uint32_t lane) {
  Lane& own = lanes_[lane];
  own.chunk = backlog_.free_chunk(lane);
  if (own.chunk == nullptr) return false;
  own.chunk->segment = segment;
  own.chunk->frames = 0;
  own.pixels = own.codec->codec() == Codec::none ? own.chunk->memory.first(shape_.bytes()) : own.gathered;
  return true;
}

void CameraCodec::pass_on(std::uint32_t lane) {
  if (backlog_.lanes() == 1) return;
  turn_.store((lane + 1) % backlog_.lanes(), std::memory_order_release);
  tell_threads();
}

void CameraCodec::code(std::uint32_t lane) {
  Lane& own = lanes_[lane];
  const Nanoseconds begin = clock_.monotonic();
  own.codec->blank(shape_.pixel, shape_.frame_bytes, own.chunk->frames, own.pixels);
  const CodedSize coded = own.codec->encode(shape_.pixel, own.pixels, own.chunk->memory);
  own.chunk->bytes = coded.bytes;
  own.chunk->filter_mask = coded.filter_mask;
  own.chunk->hash = xxh3_64(own.chunk->memory.first(coded.bytes));
  own.chunk->coding_time = clock_.monotonic() - begin;
  own.chunk = nullptr;
  backlog_.publish(lane);
}

}  // namespace tarsier
