#include "store/recovery_copy.hpp"

#include <algorithm>
#include <cstring>

namespace tarsier {
namespace {

constexpr std::uint64_t items_at_once = 1024;
// So much is copied between two words to the kernel to begin writing.
constexpr std::uint64_t writeback_step = 8 * 1024 * 1024;
constexpr std::size_t dataset_of(ImageKind kind) { return 1 + static_cast<std::size_t>(kind); }
constexpr bool belongs_to_projection(ImageKind kind) { return static_cast<std::size_t>(kind) < projection_kinds; }

}  // namespace

RecoveryCopy::RecoveryCopy(FileOperations& files, JournalReader& journal, const JournalSurvey& survey, int part,
                           const std::filesystem::path& part_path, SegmentWriter& writer,
                           const std::function<bool(std::uint64_t)>& tick, bool read_ahead)
    : files_(files),
      journal_(journal),
      survey_(survey),
      camera_(journal.head().camera),
      part_(files, part, part_path),
      part_path_(part_path),
      writer_(writer),
      tick_(tick) {
  if (read_ahead) ahead_.emplace(part_);
}

Result<void> RecoveryCopy::run() {
  if (auto looked = part_.look(); !looked) return looked;
  if (auto copied = copy_maps(); !copied) return copied;
  for (std::uint64_t record = 0; record < survey_.records && !stopped_; ++record) {
    const auto found = journal_.next();
    if (!found) return unexpected(found.error());
    if (!*found) return failure(journal_.path().string() + ": changed while it was read");
    if (auto copied = copy_record(); !copied) return copied;
  }
  return stopped_ ? Result<void>{} : close_gap();
}

Result<void> RecoveryCopy::copy_record() {
  const auto count_frames = [](const ChunkEntry& chunk) { return chunk.dataset == 0; };
  std::vector<ChunkEntry> chunks(journal_.count<ChunkEntry>());
  if (auto read = journal_.read(0, std::span(chunks)); !read) return read;
  const auto count = static_cast<std::uint64_t>(std::count_if(chunks.begin(), chunks.end(), count_frames));
  Result<void> done = copy_frame_chunks(count);
  if (done) done = copy_projections();
  if (done) done = copy_items<Gap>([this](std::span<const Gap> gaps) { return writer_.append_gaps(gaps); });
  if (done) done = copy_items<Event>([this](std::span<const Event> events) { return writer_.append_events(events); });
  if (done) {
    done = copy_items<EnvironmentSample>(
        [this](std::span<const EnvironmentSample> samples) { return writer_.append_environment(samples); });
  }
  if (done)
    done = copy_items<StorageRow>([this](std::span<const StorageRow> rows) { return writer_.append_storage(rows); });
  return done && !stopped_ ? copy_rows() : done;
}

template <typename Item, typename Append>
Result<void> RecoveryCopy::copy_items(Append append) {
  std::vector<Item> items;
  for (std::uint64_t first = 0; first < journal_.count<Item>(); first += items.size()) {
    items.resize(std::min(items_at_once, journal_.count<Item>() - first));
    if (auto read = journal_.read(first, std::span(items)); !read) return read;
    if (auto appended = append(std::span<const Item>(items)); !appended) return appended;
  }
  return {};
}

// Of /frames, into buffer_; the next one that anybody was told of is fetched meanwhile.
Result<bool> RecoveryCopy::fetch_frames(std::uint64_t index) {
  const std::vector<ChunkEntry>& chunks = survey_.chunks[0];
  if (!ahead_) return part_.fetch(chunks[index], buffer_);
  auto good = ahead_->take(chunks[index], buffer_);
  const bool told = (index + 1) * camera_.frames_per_chunk < survey_.stored_rows;
  if (told && index + 1 < chunks.size()) ahead_->begin(chunks[index + 1]);
  return good;
}

Result<void> RecoveryCopy::told(std::uint64_t bytes) {
  if (tick_ && !tick_(bytes)) stopped_ = true;
  return {};
}

Result<void> RecoveryCopy::copy_frame_chunks(std::uint64_t count) {
  for (; count > 0 && !stopped_; --count) {
    const std::uint64_t index = new_first_.size();
    const ChunkEntry& chunk = survey_.chunks[0][index];
    const std::uint64_t first = index * camera_.frames_per_chunk;
    // Frames behind the last row were never acknowledged.
    const std::uint64_t frames = std::min(chunk.frames, survey_.stored_rows - std::min(first, survey_.stored_rows));
    new_first_.push_back(-1);
    if (frames == 0) continue;
    if (auto copied = copy_frames(chunk, frames); !copied) return copied;
    if (auto done = told(chunk.bytes); !done) return done;
  }
  return {};
}

Result<void> RecoveryCopy::copy_frames(const ChunkEntry& chunk, std::uint64_t frames) {
  const auto good = fetch_frames(chunk.index);
  if (!good) return unexpected(good.error());
  if (!*good) return {};
  const std::uint64_t index = frames_ / camera_.frames_per_chunk;
  const auto place = writer_.write_chunk(index, buffer_, chunk.filter_mask, frames_ + frames);
  if (!place) return unexpected(place.error());
  new_first_.back() = static_cast<std::int64_t>(frames_);
  frames_ += frames;
  chunks_.push_back({index, frames, place->offset, place->bytes, chunk.hash, chunk.filter_mask});
  unwritten_ += place->bytes;
  if (unwritten_ >= writeback_step) {
    files_.start_writeback(writer_.descriptor());
    unwritten_ = 0;
  }
  return {};
}

// The maps of the correction are no intervals': there is one of each, or none.
Result<void> RecoveryCopy::copy_maps() {
  for (const ImageKind kind : camera_.images) {
    if (belongs_to_projection(kind)) continue;
    for (const ChunkEntry& chunk : survey_.chunks[dataset_of(kind)]) {
      const auto good = part_.fetch(chunk, buffer_);
      if (!good) return unexpected(good.error());
      if (!*good) {
        ++lost_images_;
        break;
      }
      if (auto copied = copy_image(kind, chunk); !copied) return copied;
    }
  }
  return {};
}

Result<void> RecoveryCopy::copy_image(ImageKind kind, const ChunkEntry& chunk) {
  const std::uint64_t index = belongs_to_projection(kind) ? new_projections_ : chunk.index;
  const auto place = writer_.write_image(kind, index, buffer_);
  if (!place) return unexpected(place.error());
  chunks_.push_back(
      {index, 1, place->offset, place->bytes, chunk.hash, 0, static_cast<std::uint8_t>(dataset_of(kind))});
  return {};
}

Result<void> RecoveryCopy::copy_projections() {
  return copy_items<ProjectionRow>([this](std::span<const ProjectionRow> projections) {
    Result<void> done;
    for (const ProjectionRow& projection : projections) {
      if (done) done = copy_projection(projection);
    }
    return done;
  });
}

// All of an interval's images, or none: they are found by the same index.
Result<void> RecoveryCopy::copy_projection(const ProjectionRow& projection) {
  const std::uint64_t index = projections_++;
  const auto each = [&](const auto& act) -> Result<bool> {
    for (const ImageKind kind : camera_.images) {
      if (!belongs_to_projection(kind)) continue;
      const auto& chunks = survey_.chunks[dataset_of(kind)];
      if (index >= chunks.size()) return false;
      if (auto good = part_.fetch(chunks[index], buffer_); !good || !*good) return good;
      if (auto acted = act(kind, chunks[index]); !acted) return unexpected(std::move(acted.error()));
    }
    return true;
  };
  const auto whole = each([](ImageKind, const ChunkEntry&) { return Result<void>{}; });
  if (!whole) return unexpected(whole.error());
  if (!*whole) return lose_projection(projection);
  const auto copied = each([this](ImageKind kind, const ChunkEntry& chunk) { return copy_image(kind, chunk); });
  if (!copied) return unexpected(copied.error());
  if (!*copied) return failure(part_path_.string() + ": changed while it was read");
  ++new_projections_;
  return writer_.append_projections(std::span(&projection, 1));
}

Result<void> RecoveryCopy::lose_projection(const ProjectionRow& projection) {
  ++lost_images_;
  Event event{.utc_ns = projection.end_utc_ns,
              .kind = EventKind::storage,
              .first_id = projection.first_id,
              .last_id = projection.last_id,
              .value = static_cast<double>(projection.count)};
  std::strcpy(event.text, "projections of these frames were damaged");
  return writer_.append_events(std::span(&event, 1));
}

Result<void> RecoveryCopy::copy_rows() {
  const std::uint64_t regions = camera_.regions.size();
  // As many rows as make a block of about 64 KiB of regions.
  const std::uint64_t at_once =
      std::clamp<std::uint64_t>(items_at_once / std::max<std::uint64_t>(regions, 1), 1, items_at_once);
  std::vector<Row> rows;
  std::vector<RegionRow> of_regions;
  for (std::uint64_t first = 0; first < journal_.count<Row>(); first += rows.size()) {
    rows.resize(std::min(at_once, journal_.count<Row>() - first));
    of_regions.resize(rows.size() * regions);
    Result<void> done = journal_.read(first, std::span(rows));
    if (done) done = journal_.read(first * regions, std::span(of_regions));
    if (done) done = place_rows(rows);
    if (done) done = writer_.append_rows(rows, of_regions);
    if (!done) return done;
  }
  return {};
}

// Gives the rows the index that their frames have in the new file, and takes it from those whose frames are lost.
Result<void> RecoveryCopy::place_rows(std::vector<Row>& rows) {
  for (Row& row : rows) {
    if (row.stored_index < 0) continue;
    const std::uint64_t index = old_index_++;
    const std::int64_t first = new_first_[index / camera_.frames_per_chunk];
    if (first >= 0) {
      if (auto closed = close_gap(); !closed) return closed;
      row.stored_index = first + static_cast<std::int64_t>(index % camera_.frames_per_chunk);
      continue;
    }
    row.stored_index = -1;
    row.flags |= row_not_stored;
    if ((row.flags & row_repeated) != 0) continue;
    ++lost_frames_;
    if (!open_gap_) {
      open_gap_.emplace();
      open_gap_->first_id = row.frame_id;
      open_gap_->cause = GapCause::failed;
      open_gap_->start_utc_ns = row.utc_ns;
    }
    open_gap_->last_id = row.frame_id;
    open_gap_->end_utc_ns = row.utc_ns;
  }
  return {};
}

Result<void> RecoveryCopy::close_gap() {
  if (!open_gap_) return {};
  new_gaps_.push_back(*open_gap_);
  open_gap_.reset();
  return writer_.append_gaps(std::span<const Gap>(&new_gaps_.back(), 1));
}

}  // namespace tarsier
