#include "store/open_segment.hpp"

#include <sys/random.h>

#include <cerrno>
#include <random>

#include "base/hash.hpp"
#include "base/heap.hpp"
#include "base/log.hpp"
#include "hdf5/free_lists.hpp"
#include "store/journal_header.hpp"

namespace tarsier {
namespace {

std::uint64_t random_id() {
  std::uint64_t id = 0;
  if (getrandom(&id, sizeof id, 0) == sizeof id) return id;
  return (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
}

}  // namespace

Result<std::unique_ptr<OpenSegment>> OpenSegment::create(const RecorderContext& context,
                                                         std::shared_ptr<const RecordedGeneration> facts,
                                                         std::uint32_t number, const LedgerCounts& ledger,
                                                         std::uint64_t next_frame_id) {
  std::unique_ptr<OpenSegment> segment(new OpenSegment(context, std::move(facts)));
  if (auto made = segment->make_files(number, ledger, next_frame_id); !made) {
    segment->delete_files();
    return unexpected(std::move(made.error()).within("segment"));
  }
  return segment;
}

Result<void> OpenSegment::make_files(std::uint32_t number, const LedgerCounts& ledger, std::uint64_t next_frame_id) {
  const RecorderOptions& options = context_.options;
  const Nanoseconds started = options.clock->utc();
  const SegmentFiles names = segment_files(context_.place, run_.experiment, camera_.camera, number, started);
  names_ = names;
  id_ = random_id();
  const auto header = journal_header(run_, camera_,
                                     {.id = id_,
                                      .number = number,
                                      .file = names.final_name.filename().string(),
                                      .started_utc_ns = started.count(),
                                      .codec = options.codec,
                                      .deflate_level = options.deflate_level,
                                      .ledger = ledger,
                                      .next_frame_id = next_frame_id});
  auto journal = Journal::create(*options.files, names.journal, header);
  if (!journal) return unexpected(std::move(journal.error()));
  journal_ = std::move(*journal);
  // Durable before the `.part` is there: a `.part` without journal could not be told from one whose journal was lost.
  if (auto durable = sync_folder(*options.files, names); !durable) return durable;
  auto writer =
      SegmentWriter::create(*options.files, names.part, run_, camera_, number, options.codec, options.deflate_level);
  if (!writer) return unexpected(std::move(writer.error()));
  writer_ = std::move(*writer);
  summary_.file = names.listed.string() + ".part";
  return sync_folder(*options.files, names);
}

void OpenSegment::delete_files() {
  FileOperations& files = *context_.options.files;
  if (writer_) {
    (void)writer_->close();
    writer_.reset();
    (void)files.unlink(names_.part.c_str());
    (void)sync_folder(files, names_);
  }
  if (journal_) {
    journal_.reset();
    (void)files.unlink(names_.journal.c_str());
  }
}

bool OpenSegment::in_place() const {
  FileOperations& files = *context_.options.files;
  struct stat open {};
  struct stat named {};
  if (files.fstat(writer_->descriptor(), &open) != 0) return true;  // the next write tells
  if (files.stat(names_.part.c_str(), &named) != 0) return errno != ENOENT && errno != ENOTDIR;
  return open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

void OpenSegment::discard() { delete_files(); }

Result<ChunkEntry> OpenSegment::write_chunk(const CodedChunk& chunk) {
  const auto place =
      writer_->write_chunk(chunks_, chunk.memory.first(chunk.bytes), chunk.filter_mask, frames_ + chunk.frames);
  if (!place) return unexpected(place.error());
  anything_ = true;
  frames_ += chunk.frames;
  return ChunkEntry{chunks_++, chunk.frames, place->offset, place->bytes, chunk.hash, chunk.filter_mask};
}

Result<ChunkEntry> OpenSegment::write_image(ImageKind kind, std::span<const std::byte> pixels) {
  std::uint64_t& index = images_[static_cast<std::size_t>(kind)];
  const auto place = writer_->write_image(kind, index, pixels);
  if (!place) return unexpected(place.error());
  anything_ = true;
  const auto dataset = static_cast<std::uint8_t>(1 + static_cast<unsigned>(kind));
  return ChunkEntry{index++, 1, place->offset, place->bytes, xxh3_64(pixels), 0, dataset};
}

Commit OpenSegment::commit(std::span<std::byte> buffer, const RecordContent& content) {
  Commit commit;
  commit.segment_fd = content.chunks.empty() ? -1 : writer_->descriptor();
  commit.segment = &names_.part;
  commit.journal = journal_.get();
  commit.record = write_record(buffer, id_, sequence_, content);
  return commit;
}

void OpenSegment::committed(const RecordContent& content) {
  ++sequence_;
  chunks_safe_ += content.chunks.size();
  for (const ChunkEntry& chunk : content.chunks) {
    if (chunk.dataset == 0) summary_.frames += chunk.frames;
  }
  if (!content.rows.empty()) {
    if (summary_.rows == 0) summary_.first_id = content.rows.front().frame_id;
    summary_.last_id = content.rows.back().frame_id;
    summary_.rows += content.rows.size();
  }
  anything_ = anything_ || !content.rows.empty() || !content.gaps.empty() || !content.events.empty();
}

Result<void> OpenSegment::append(const RecordContent& content) {
  if (!content.gaps.empty()) {
    if (auto done = writer_->append_gaps(content.gaps); !done) return done;
  }
  if (!content.events.empty()) {
    if (auto done = writer_->append_events(content.events); !done) return done;
  }
  if (!content.storage.empty()) {
    if (auto done = writer_->append_storage(content.storage); !done) return done;
  }
  if (auto done = writer_->append_projections(content.projections); !done) return done;
  return content.rows.empty() ? Result<void>{} : writer_->append_rows(content.rows, content.regions);
}

// A row in /timestamps, /timeseries and /analysis, a chunk in /tarsier/chunks, the masks, and the pages that HDF5 and
// the manifest need beside them.
Bytes OpenSegment::seal_bytes() const {
  constexpr std::uint64_t row = 84;
  constexpr std::uint64_t activity = 4;
  constexpr std::uint64_t chunk = 33;
  const std::uint64_t regions = camera_.regions.size();
  return Bytes{summary_.rows * (row + activity * regions) + chunks_ * chunk + regions * camera_.size.pixels() / 8} +
         mebibytes(2);
}

Result<void> OpenSegment::seal(const SealFacts& facts) {
  FileOperations& files = *context_.options.files;
  if (auto closed = writer_->close(); !closed) return closed;
  writer_.reset();
  auto chunks = read_chunk_entries(files, names_.journal, chunks_safe_);
  if (!chunks) return unexpected(std::move(chunks.error()));
  if (auto sealed = seal_segment(files, names_.part, run_, camera_, *chunks, facts); !sealed) return sealed;
  if (auto named = give_final_name(files, names_); !named) return named;
  if (auto durable = sync_folder(files, names_); !durable) {
    log(Severity::warning, durable.error().message + "; the journal is kept");
    name_durable_ = false;
  }
  summary_.file = names_.listed;
  summary_.bytes = file_bytes(files, names_.final_name);
  summary_.sealed = true;
  chunks->clear();
  chunks->shrink_to_fit();
  empty_free_lists();
  trim_heap();  // before the next frames' memory is laid on top of what the seal freed
  return {};
}

}  // namespace tarsier
