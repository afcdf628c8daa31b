#include "store/frame_joiner.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/hash.hpp"

namespace tarsier {
namespace {

// The bytes of a chunk as they lie in the file, found to be those that were sealed. Gives the filter mask.
Result<std::uint32_t> read_checked(const Series& from, const ChunkRecord& chunk, const std::string& path,
                                   std::vector<std::byte>& bytes) {
  const auto stored = from.stored_bytes(chunk.first_index);
  if (!stored) return unexpected(stored.error());
  bytes.resize(*stored);
  auto mask = *stored == chunk.bytes ? from.read_chunk(chunk.first_index, bytes) : Result<std::uint32_t>(0U);
  if (!mask) return mask;
  if (*stored != chunk.bytes || xxh3_64(bytes) != chunk.hash) {
    return failure(
        fmt::format("{}: entries {} to {} are not what was sealed; `tarsier verify` says what else is, and an "
                    "undamaged copy can be merged",
                    path, chunk.first_index, chunk.first_index + chunk.count - 1));
  }
  return mask;
}

RecordType pixels_of(StoredPixel pixel) {
  return pixel == StoredPixel::gray8 ? number_record<std::uint8_t>() : number_record<std::uint16_t>();
}

}  // namespace

Result<void> copy_images(const MergeSource& source, const std::vector<ChunkRecord>& chunks, const std::string& path,
                         WritableFile& into, Series& to, const ChunkSink& sink) {
  const auto from = Series::open(source.file(), path, number_record<std::uint8_t>());
  if (!from) return unexpected(from.error());
  std::vector<std::byte> bytes;
  for (const ChunkRecord& chunk : chunks) {
    const auto mask = read_checked(*from, chunk, path, bytes);
    if (!mask) return unexpected(mask.error());
    const std::uint64_t index = to.length();
    if (auto extended = to.extend(index + 1); !extended) return extended;
    if (auto written = into.write_chunk(to, index, bytes, *mask); !written) return unexpected(written.error());
    ChunkRecord copy = chunk;
    copy.first_index = index;
    if (auto taken = sink(copy); !taken) return taken;
  }
  return {};
}

Result<FrameJoiner> FrameJoiner::create(WritableFile& into, const MergeSource& first, ChunkSink sink) {
  const SourceFacts& facts = first.facts();
  auto to = Series::open(into.handle(), "/frames", pixels_of(facts.pixel));
  if (!to) return unexpected(std::move(to.error()));
  auto codec = ChunkCodec::create(facts.codec, facts.deflate_level);
  if (!codec) return unexpected(std::move(codec.error()));
  FrameJoiner joiner(into, std::move(*to), std::move(*codec), facts.pixel, std::move(sink));
  const auto step = joiner.to_.entries_per_chunk();
  const auto bytes = joiner.to_.chunk_bytes();
  if (!step || !bytes) return unexpected(step ? bytes.error() : step.error());
  joiner.step_ = *step;
  joiner.frame_bytes_ = *bytes / *step;
  return joiner;
}

Result<void> FrameJoiner::add(const MergeSource& source, const std::function<void(std::uint64_t)>& advance) {
  const auto from = Series::open(source.file(), "/frames", pixels_of(pixel_));
  if (!from) return unexpected(from.error());
  const auto chunks = source.chunks_of(0);
  if (!chunks) return unexpected(chunks.error());
  const auto step = from->entries_per_chunk();
  if (!step) return unexpected(step.error());
  std::uint64_t next = 0;
  for (const ChunkRecord& chunk : *chunks) {
    if (chunk.first_index != next || chunk.count == 0 || chunk.count > *step) {
      return failure("/tarsier/chunks: does not list the frames one behind the other; `tarsier verify` says more");
    }
    next += chunk.count;
    const bool fits = pending_ == 0 && *step == step_ && chunk.count == step_ && source.facts().codec == codec_.codec();
    if (auto done = fits ? copy_chunk(*from, chunk) : recode_chunk(*from, chunk); !done) return done;
    advance(chunk.bytes);
  }
  if (next == from->length()) return {};
  return failure(fmt::format("/frames: holds {} frames, but chunks of {} are listed", from->length(), next));
}

Result<void> FrameJoiner::copy_chunk(const Series& from, const ChunkRecord& chunk) {
  const auto mask = read_checked(from, chunk, "/frames", coded_);
  if (!mask) return unexpected(mask.error());
  frames_ += chunk.count;
  ++copied_;
  return write(coded_, *mask, chunk.count);
}

Result<void> FrameJoiner::recode_chunk(const Series& from, const ChunkRecord& chunk) {
  if (auto checked = read_checked(from, chunk, "/frames", coded_); !checked) return unexpected(checked.error());
  chunk_.resize(step_ * frame_bytes_);
  decoded_.resize(chunk.count * frame_bytes_);
  if (auto read = from.read(chunk.first_index, chunk.count, decoded_.data()); !read) return read;
  for (std::uint64_t i = 0; i < chunk.count; ++i) {
    codec_.place(pixel_, std::span(decoded_).subspan(i * frame_bytes_, frame_bytes_), pending_++, chunk_);
    ++frames_;
    if (pending_ < step_) continue;
    if (auto written = write_pending(); !written) return written;
  }
  return {};
}

Result<void> FrameJoiner::write_pending() {
  if (pending_ < step_) codec_.blank(pixel_, frame_bytes_, pending_, chunk_);
  coded_.resize(std::max<std::uint64_t>(largest_coded(chunk_.size()), chunk_.size()));
  const CodedSize size = codec_.encode(pixel_, chunk_, coded_);
  ++recoded_;
  return write(std::span(coded_).first(size.bytes), size.filter_mask, std::exchange(pending_, 0));
}

Result<void> FrameJoiner::write(std::span<const std::byte> coded, std::uint32_t filter_mask, std::uint64_t count) {
  const std::uint64_t first = to_.length();
  if (auto extended = to_.extend(first + count); !extended) return extended;
  if (auto written = into_->write_chunk(to_, first, coded, filter_mask); !written) return unexpected(written.error());
  return sink_({0, first, count, coded.size(), xxh3_64(coded)});
}

Result<void> FrameJoiner::finish() { return pending_ > 0 ? write_pending() : Result<void>(); }

}  // namespace tarsier
