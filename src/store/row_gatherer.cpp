#include "store/row_gatherer.hpp"

#include <limits>

namespace tarsier {
namespace {

std::shared_ptr<const RecordedGeneration> first_generation(const RecorderContext& context,
                                                           const RecordedCamera& camera) {
  return std::make_shared<const RecordedGeneration>(
      RecordedGeneration{camera.facts.generation, camera.facts, std::make_shared<const RunFacts>(context.run)});
}

// Gaps of the intake leave this much room for those of the recorder.
constexpr std::uint64_t own_gaps = 4;

}  // namespace

RowGatherer::RowGatherer(const RecorderContext& context, const RecordedCamera& camera, ChunkBacklog* backlog)
    : context_(context),
      channel_(*camera.channel),
      generations_(camera.generations),
      backlog_(backlog),
      taken_(first_generation(context, camera)),
      next_(taken_),
      next_generation_(camera.facts.generation),
      activity_sums_(camera.facts.regions.size(), 0.0) {}

std::shared_ptr<const RecordedGeneration> RowGatherer::facts(bool free) {
  if (free && next_row_ < channel_.rows.cursors().published()) {
    (void)generation_of(channel_.rows.at(next_row_).row);
    follow_generation();
  }
  return taken_;
}

// Rows come in the order of their generations.
const RecordedGeneration& RowGatherer::generation_of(const Row& row) {
  if (row.generation == next_generation_) return *next_;
  next_generation_ = row.generation;
  if (generations_ == nullptr) return *next_;
  if (auto next = generations_->take(row.generation)) next_ = std::move(next);
  return *next_;
}

// The row looked at last is taken.
void RowGatherer::follow_generation() {
  if (taken_ == next_) return;
  const bool other_regions = taken_->layout != next_->layout;
  taken_ = next_;
  if (!other_regions) return;
  activity_sums_.assign(taken_->camera.regions.size(), 0.0);
  pairs_ = 0;
}

GatherEnd RowGatherer::gather(OpenSegment* segment, CommitBuffer& into) {
  RingCursors& rows = channel_.rows.cursors();
  // In this order: an end that is seen comes after the last row, gap and event.
  const bool closed = rows.closed();
  const std::uint64_t published = rows.published();
  moved_ = false;
  const bool took_all = take_gaps_and_events(into);
  while (next_row_ < published) {
    const RowEntry& entry = channel_.rows.at(next_row_);
    const std::uint32_t layout = generation_of(entry.row).layout;
    const bool other_segment = run_segment_ && *run_segment_ != entry.segment;
    const bool over = segment != nullptr && (other_segment || segment->layout() != layout);
    if (segment == nullptr && layout != taken_->layout) return GatherEnd::other_layout;
    if (!over && (!run_segment_ || segment == nullptr)) run_segment_ = entry.segment;
    if (const auto end = take_images(segment, into)) return *end;
    if (over) return GatherEnd::segment_over;
    if (!into.has_room()) return GatherEnd::buffer_full;
    follow_generation();
    if (const auto end = take(entry, segment, into)) return *end;
    rows.release(recorder_reader, ++next_row_);
    moved_ = true;
  }
  if (run_segment_ || closed) {
    if (const auto end = take_images(segment, into)) return *end;
  }
  if (!closed) return GatherEnd::waiting;
  return took_all ? GatherEnd::queue_over : GatherEnd::buffer_full;
}

bool RowGatherer::take_gaps_and_events(CommitBuffer& into) {
  while (into.gaps.room() > own_gaps) {
    const auto gap = channel_.gaps.pop();
    if (!gap) break;
    moved_ = into.gaps.push(*gap);
  }
  while (into.events.room() > 0) {
    const auto event = channel_.events.pop();
    if (!event) break;
    moved_ = into.events.push(*event);
  }
  return into.gaps.room() > own_gaps && into.events.room() > 0;
}

// Images of this segment come before the first row behind them, so what is not there yet belongs to later rows.
std::optional<GatherEnd> RowGatherer::take_images(OpenSegment* segment, CommitBuffer& into) {
  for (const ImageBatch* batch = channel_.images.front(); batch != nullptr; batch = channel_.images.front()) {
    if (run_segment_ && batch->segment > *run_segment_) break;
    if (into.chunks.room() < image_kinds || into.projections.room() == 0) return GatherEnd::buffer_full;
    const bool full = segment == nullptr || context_.disk.full();
    const bool written = !batch->is_projection() || full || write_images(*batch, *segment, into);
    if (batch->is_projection() && (full || !written)) into.lose_projection(batch->projection);
    if (!batch->is_projection()) maps_ = *batch, maps_written_ = false;
    (void)channel_.images.pop();
    moved_ = true;
    if (!written) return GatherEnd::segment_broken;
  }
  if (maps_written_ || !maps_ || segment == nullptr || context_.disk.full()) return std::nullopt;
  if (into.chunks.room() < image_kinds) return GatherEnd::buffer_full;
  maps_written_ = true;
  if (!write_images(*maps_, *segment, into)) return GatherEnd::segment_broken;
  return std::nullopt;
}

bool RowGatherer::write_images(const ImageBatch& batch, OpenSegment& segment, CommitBuffer& into) {
  for (std::size_t kind = 0; kind < image_kinds; ++kind) {
    const auto pixels = batch.images[kind];
    if (pixels.empty()) continue;
    auto entry = segment.write_image(static_cast<ImageKind>(kind), pixels);
    if (!entry) {
      error_ = std::move(entry.error());
      if (context_.disk.lacks_space(error_, pixels.size())) context_.disk.refuse(context_.options.clock->monotonic());
      return false;
    }
    context_.disk.wrote(pixels.size());
    (void)into.chunks.push(*entry);  // room was asked for
  }
  if (batch.is_projection()) (void)into.projections.push(batch.projection);
  return true;
}

std::optional<GatherEnd> RowGatherer::take(const RowEntry& entry, OpenSegment* segment, CommitBuffer& into) {
  if (!entry.store) {
    const bool placeholder = (entry.row.flags & row_repeated) != 0;
    Row row = entry.row;
    row.stored_index = -1;
    into.add_row(row, entry.regions, placeholder ? nullptr : &LedgerCounts::reduced_only);
    note_activity(entry);
    return std::nullopt;
  }
  if (chunk_frames_left_ == 0) {
    if (const auto end = take_chunk(segment, into)) return end;
  }
  --chunk_frames_left_;
  if (outcome_ == Outcome::stored) {
    add_stored_row(entry.row, entry.regions, into);
  } else {
    add_dropped_row(entry.row, entry.regions, into);
  }
  note_activity(entry);
  return std::nullopt;
}

std::optional<GatherEnd> RowGatherer::take_chunk(OpenSegment* segment, CommitBuffer& into) {
  const CodedChunk* chunk = backlog_ == nullptr ? nullptr : backlog_->oldest();
  if (chunk == nullptr) return GatherEnd::waiting;
  channel_.encode_times.add(chunk->coding_time);
  outcome_ = write(*chunk, segment, into);
  chunk_frames_left_ = chunk->frames;
  backlog_->release();
  moved_ = true;
  if (!broken_) return std::nullopt;
  broken_ = false;
  return GatherEnd::segment_broken;
}

RowGatherer::Outcome RowGatherer::write(const CodedChunk& chunk, OpenSegment* segment, CommitBuffer& into) {
  if (context_.disk.full()) return Outcome::disk_full;
  if (segment == nullptr) return Outcome::failed;
  const Clock& clock = *context_.options.clock;
  const Nanoseconds begin = clock.monotonic();
  next_index_ = segment->next_stored_index();
  auto entry = segment->write_chunk(chunk);
  channel_.write_times.add(clock.monotonic() - begin);
  if (entry) {
    context_.disk.wrote(chunk.bytes);
    (void)into.chunks.push(*entry);  // has_room() was asked
    return Outcome::stored;
  }
  broken_ = true;
  error_ = std::move(entry.error());
  if (!context_.disk.lacks_space(error_, chunk.bytes)) return Outcome::failed;
  context_.disk.refuse(clock.monotonic());
  return Outcome::disk_full;
}

void RowGatherer::add_stored_row(Row row, std::span<const RegionRow> regions, CommitBuffer& into) {
  (void)close_gap(into);  // has_room() was asked
  row.stored_index = static_cast<std::int64_t>(next_index_++);
  into.add_row(row, regions, (row.flags & row_repeated) != 0 ? nullptr : &LedgerCounts::stored);
}

void RowGatherer::add_dropped_row(Row row, std::span<const RegionRow> regions, CommitBuffer& into) {
  const bool full = outcome_ == Outcome::disk_full;
  const bool placeholder = (row.flags & row_repeated) != 0;
  if (!placeholder) extend_gap(row, full ? GapCause::disk_full : GapCause::failed, into);
  row.stored_index = -1;
  row.flags |= full ? row_disk_full : row_not_stored;
  const auto counted = full ? &LedgerCounts::Dropped::disk_full : &LedgerCounts::Dropped::failed;
  into.add_dropped(row, regions, placeholder ? nullptr : counted);
}

void RowGatherer::extend_gap(const Row& row, GapCause cause, CommitBuffer& into) {
  if (open_gap_ && open_gap_->cause != cause) (void)close_gap(into);
  if (!open_gap_) open_gap_ = Gap{.first_id = row.frame_id, .cause = cause, .start_utc_ns = row.utc_ns};
  open_gap_->last_id = row.frame_id;
  open_gap_->end_utc_ns = row.utc_ns;
}

bool RowGatherer::close_gap(CommitBuffer& into) {
  if (open_gap_ && !into.gaps.push(*open_gap_)) return false;
  open_gap_.reset();
  return true;
}

void RowGatherer::begin_segment(bool chunk_lost) {
  run_segment_.reset();
  maps_written_ = false;
  if (chunk_lost && outcome_ == Outcome::stored) outcome_ = Outcome::failed;
}

void RowGatherer::note_activity(const RowEntry& entry) {
  if ((entry.row.flags & no_activity_flags) != 0 || entry.row.pair_ns < 0) return;
  ++pairs_;
  noise_.add(static_cast<double>(entry.row.abs_diff_sum) / static_cast<double>(entry.row.n));
  for (std::size_t r = 0; r < activity_sums_.size(); ++r) {
    const double scale = static_cast<double>(regions()[r].pixels) * largest_value(taken_->camera.pixel);
    activity_sums_[r] += static_cast<double>(entry.regions[r].abs_diff_sum) / scale;
  }
}

std::vector<double> RowGatherer::mean_activity() const {
  std::vector<double> means;
  for (const double sum : activity_sums_) {
    means.push_back(pairs_ == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(pairs_));
  }
  return means;
}

bool RowGatherer::drop_rows(GapCause cause, CommitBuffer& into) {
  RingCursors& rows = channel_.rows.cursors();
  auto& counter = cause == GapCause::disk_full ? channel_.ledger.disk_full : channel_.ledger.failed;
  const std::uint64_t begin = next_row_;
  for (const std::uint64_t published = rows.published(); next_row_ < published;
       rows.release(recorder_reader, next_row_)) {
    const RowEntry& entry = channel_.rows.at(next_row_);
    if (entry.store && !drop_frame()) break;
    if ((entry.row.flags & row_repeated) == 0) {
      counter.add();
      extend_gap(entry.row, open_gap_ ? open_gap_->cause : cause, into);
    }
    ++next_row_;
  }
  return next_row_ != begin;
}

// The chunk of the next row's frame goes with it; false while it is not there yet.
bool RowGatherer::drop_frame() {
  if (chunk_frames_left_ == 0) {
    const CodedChunk* chunk = backlog_ == nullptr ? nullptr : backlog_->oldest();
    if (chunk == nullptr) return false;
    chunk_frames_left_ = chunk->frames;
    outcome_ = Outcome::failed;
    backlog_->release();
  }
  --chunk_frames_left_;
  return true;
}

bool RowGatherer::discard() {
  RingCursors& rows = channel_.rows.cursors();
  const std::uint64_t begin = next_row_;
  for (const std::uint64_t published = rows.published(); next_row_ < published; ++next_row_) {
    if ((channel_.rows.at(next_row_).row.flags & row_repeated) == 0) channel_.ledger.failed.add();
  }
  rows.release(recorder_reader, next_row_);
  while (backlog_ != nullptr && backlog_->oldest() != nullptr) backlog_->release();
  while (channel_.gaps.pop()) {
  }
  while (channel_.images.pop()) {
  }
  while (channel_.events.pop()) {
  }
  return next_row_ != begin;
}

bool RowGatherer::queue_over() {
  RingCursors& rows = channel_.rows.cursors();
  const bool backlog_over = backlog_ == nullptr || (backlog_->closed() && backlog_->oldest() == nullptr);
  return rows.closed() && next_row_ == rows.published() && backlog_over;
}

}  // namespace tarsier
