#include "store/camera_codec.hpp"

#include "base/hash.hpp"

namespace tarsier {

CameraCodec::CameraCodec(Arena& arena, CameraChannel& channel, ChunkBacklog& backlog, ChunkCodec& codec,
                         const Clock& clock, ChunkShape shape)
    : channel_(channel),
      backlog_(backlog),
      codec_(codec),
      clock_(clock),
      shape_(shape),
      gathered_(arena.take(shape.bytes())) {}

bool CameraCodec::step() {
  if (finished_) return false;
  RingCursors& rows = channel_.rows.cursors();
  // In this order: an end that is seen comes after the last entry.
  const bool closed = rows.closed();
  const std::uint64_t published = rows.published();
  const std::uint64_t begin = next_row_;
  while (next_row_ < published && take(channel_.rows.at(next_row_))) {
    rows.release(row_codec_reader, ++next_row_);
  }
  if (closed && next_row_ == published) end();
  return finished_ || next_row_ != begin;
}

// False when the backlog is full.
bool CameraCodec::take(const RowEntry& entry) {
  if (chunk_ != nullptr && chunk_->segment != entry.segment) end_chunk();
  if (entry.store) {
    if (chunk_ == nullptr && !begin_chunk(entry.segment)) return false;
    const auto frame = channel_.frames.at(entry.frame_position).pixels.first(shape_.frame_bytes);
    codec_.place(shape_.pixel, frame, chunk_->frames, pixels_);
    if (++chunk_->frames == shape_.frames) end_chunk();
  }
  // Not the frame itself: a placeholder that follows stands for it.
  channel_.frames.cursors().release(codec_reader, entry.frame_position);
  return true;
}

bool CameraCodec::begin_chunk(std::uint32_t segment) {
  chunk_ = backlog_.free_chunk();
  if (chunk_ == nullptr) return false;
  chunk_->segment = segment;
  chunk_->frames = 0;
  pixels_ = codec_.codec() == Codec::none ? chunk_->memory.first(shape_.bytes()) : gathered_;
  return true;
}

void CameraCodec::end_chunk() {
  const Nanoseconds begin = clock_.monotonic();
  codec_.blank(shape_.pixel, shape_.frame_bytes, chunk_->frames, pixels_);
  const CodedSize coded = codec_.encode(shape_.pixel, pixels_, chunk_->memory);
  chunk_->bytes = coded.bytes;
  chunk_->filter_mask = coded.filter_mask;
  chunk_->hash = xxh3_64(chunk_->memory.first(coded.bytes));
  chunk_ = nullptr;
  channel_.encode_times.add(clock_.monotonic() - begin);
  backlog_.publish();
}

void CameraCodec::end() {
  if (chunk_ != nullptr) end_chunk();
  RingCursors& frames = channel_.frames.cursors();
  frames.release(codec_reader, frames.published());
  backlog_.close();
  finished_ = true;
}

}  // namespace tarsier
