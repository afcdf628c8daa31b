#include "store/merge_camera.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "hdf5/attribute.hpp"
#include "hdf5/copy_structure.hpp"
#include "hdf5/file.hpp"
#include "hdf5/objects.hpp"
#include "store/frame_joiner.hpp"
#include "store/merge_source.hpp"
#include "store/seal.hpp"
#include "store/seal_series.hpp"
#include "store/segment_attributes.hpp"
#include "store/segment_layout.hpp"
#include "store/segment_types.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t copied_bytes = 1024 * 1024;

std::string merged_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

bool is_below(const DatasetNames& names, const char* group) {
  return std::any_of(names.paths.begin(), names.paths.end(),
                     [&](const std::string& path) { return path.starts_with(group); });
}

// Tables that are made anew, and what is copied in chunks: all the rest below /tarsier is put one behind the other.
bool is_joined_as_it_is(const DatasetNames& names) {
  if (!is_below(names, "/tarsier/") || is_below(names, "/tarsier/correction/")) return false;
  for (std::size_t kind = 0; kind < image_kinds; ++kind) {
    if (names.known_as(image_path(static_cast<ImageKind>(kind)))) return false;
  }
  return !names.known_as("/tarsier/rows") && !names.known_as("/tarsier/chunks");
}

// A few rows at a time, raw.
Result<void> append_raw(const FileHandle& from, const FileHandle& to, const std::string& path) {
  auto source = open_raw(from, path);
  if (!source) return unexpected(std::move(source.error()));
  auto target = open_raw(to, path);
  if (!target) return unexpected(std::move(target.error()));
  if (source->entry_bytes != target->entry_bytes) return failure(path + ": has entries of another size than before");
  const std::uint64_t step = std::max<std::uint64_t>(copied_bytes / std::max<std::uint64_t>(source->entry_bytes, 1), 1);
  std::vector<std::byte> block;
  for (std::uint64_t first = 0; first < source->series.length(); first += step) {
    const std::uint64_t count = std::min(step, source->series.length() - first);
    block.resize(count * source->entry_bytes);
    if (auto read = source->series.read(first, count, block.data()); !read) return read;
    if (auto appended = target->series.append(block.data(), count); !appended) return appended;
  }
  return {};
}

class CameraMerge {
 public:
  CameraMerge(WritableFile& file, const std::function<void(std::uint64_t)>& advance)
      : file_(file), advance_(advance), sources_(Json::array()) {}

  Result<void> begin(const MergeSource& first) {
    if (auto copied = copy_structure(first.file(), file_); !copied) return copied;
    if (auto opened = open_targets(first); !opened) return opened;
    return append_raw(first.file(), file_.handle(), "/rois/masks");
  }

  Result<void> add(const MergeSource& source) {
    Json entry = entry_of(source.facts());
    Result<void> done = join_tables(source);
    if (done) done = join_rows(source, entry);
    if (done && frames_) done = frames_->add(source, advance_);
    if (done) done = join_images(source);
    if (done) done = file_.intact();
    sources_.push_back(std::move(entry));
    return done;
  }

  Result<Json> finish(const SourceFacts& last) {
    Result<void> done = frames_ ? frames_->finish() : Result<void>();
    if (done) done = list_left();
    if (done) done = write_attributes(last);
    if (!done) return unexpected(std::move(done.error()));
    return Json{{"segments", sources_.size()},
                {"rows", rows_->length()},
                {"frames", frames_ ? frames_->frames() : 0},
                {"chunks_copied", frames_ ? frames_->copied() : 0},
                {"chunks_recoded", frames_ ? frames_->recoded() : 0}};
  }

  // Before the file is converted and closed.
  void release() {
    frames_.reset();
    derived_.reset();
    rows_.reset();
    chunks_.reset();
    images_ = {};
  }

 private:
  Result<void> open_targets(const MergeSource& first) {
    const auto open = [&](std::optional<Series>& series, const std::string& path, RecordType type) -> Result<void> {
      auto opened = Series::open(file_.handle(), path, std::move(type));
      if (!opened) return unexpected(std::move(opened.error()));
      series = std::move(*opened);
      return {};
    };
    Result<void> done = open(rows_, "/tarsier/rows", row_record_type());
    if (done) done = open(chunks_, "/tarsier/chunks", chunk_record_type());
    for (std::size_t kind = 0; done && kind < image_kinds; ++kind) {
      const std::string path = image_path(static_cast<ImageKind>(kind));
      if (has_object(file_.handle(), path)) done = open(images_[kind], path, number_record<std::uint8_t>());
    }
    if (done && first.facts().frames_kept) {
      auto frames = FrameJoiner::create(file_, first, [this](const ChunkRecord& chunk) { return list(chunk); });
      if (!frames) return unexpected(std::move(frames.error()));
      frames_ = std::move(*frames);
    }
    auto derived = DerivedSeries::open(file_, rules_of(first.facts()));
    if (!derived) return unexpected(std::move(derived.error()));
    derived_ = std::move(*derived);
    interval_s_ = first.facts().interval_s;
    return done;
  }

  static DerivedRules rules_of(const SourceFacts& facts) {
    DerivedRules rules;
    rules.interval_s = facts.interval_s;
    rules.frames_kept = facts.frames_kept;
    rules.live = facts.live;
    rules.largest_value = static_cast<double>(facts.largest_value);
    for (const Json& region : facts.regions) rules.region_pixels.push_back(region.value("n", 0.0));
    return rules;
  }

  Json entry_of(const SourceFacts& facts) {
    Json entry = {{"file", facts.name},
                  {"segment", facts.segment},
                  {"generation", facts.generation},
                  {"boot_id", facts.boot_id},
                  {"started_monotonic_ns", facts.started_monotonic_ns},
                  {"ended_utc_ns", facts.ended_utc_ns},
                  {"first_row", rows_->length()},
                  {"first_frame", frames_ ? frames_->frames() : 0}};
    if (rig_ != facts.rig) entry["rig"] = facts.rig;
    rig_ = facts.rig;
    return entry;
  }

  Result<void> join_tables(const MergeSource& source) {
    const auto datasets = list_datasets(source.file());
    if (!datasets) return unexpected(datasets.error());
    for (const DatasetNames& names : *datasets) {
      const std::string& path = names.paths.front();
      if (!is_joined_as_it_is(names)) continue;
      if (!has_object(file_.handle(), path)) return failure(path + ": is in none of the segments before");
      if (auto appended = append_raw(source.file(), file_.handle(), path); !appended) return appended;
    }
    const auto masks = content_hash(source.file(), "/rois/masks");
    const auto first = content_hash(file_.handle(), "/rois/masks");
    if (!masks || !first) return unexpected(masks ? first.error() : masks.error());
    return *masks == *first ? Result<void>() : failure("/rois/masks: its regions are other pixels than before");
  }

  // Rows with their indices moved on, and what follows from rows.
  Result<void> join_rows(const MergeSource& source, Json& entry) {
    const SourceFacts& facts = source.facts();
    auto rows = Series::open(source.file(), "/tarsier/rows", row_record_type());
    if (!rows) return unexpected(std::move(rows.error()));
    auto regions = Series::open(source.file(), "/tarsier/regions", region_record_type());
    if (!regions) return unexpected(std::move(regions.error()));
    const std::uint64_t count = regions->entry().front();
    if (regions->length() != rows->length()) return failure("/tarsier/regions: is not as long as /tarsier/rows");
    const auto first_frame = static_cast<std::int64_t>(frames_ ? frames_->frames() : 0);
    const std::uint64_t step =
        std::clamp<std::uint64_t>(copied_bytes / (sizeof(Row) + sizeof(RegionRow) * count), 1, block_entries);
    std::vector<Row> block;
    std::vector<RegionRow> region_block;
    for (std::uint64_t first = 0; first < rows->length(); first += block.size()) {
      block.resize(std::min(step, rows->length() - first));
      region_block.resize(block.size() * count);
      if (auto read = rows->read(first, block.size(), block.data()); !read) return read;
      if (auto read = regions->read(first, block.size(), region_block.data()); !read) return read;
      if (first == 0) begin_rows(facts, block.front());
      for (Row& row : block) row.stored_index += row.stored_index >= 0 ? first_frame : 0;
      if (auto appended = rows_->append(std::span<const Row>(block)); !appended) return appended;
      if (auto added = derived_->add(block, region_block); !added) return added;
    }
    entry["rows"] = rows->length();
    return {};
  }

  void begin_rows(const SourceFacts& facts, const Row& first) {
    if (!any_rows_) created_utc_ns_ = facts.live ? first.utc_ns : 0;
    if (!any_rows_ && !facts.live) replay_origin_ns_ = (first.flags & row_first) != 0 ? first.sensor_ns : 0;
    any_rows_ = true;
    first_id_ = first.frame_id;
    derived_->go_on(facts.live ? facts.started_monotonic_ns : replay_origin_ns_,
                    is_measured(facts.rig, facts.camera, "activity"),
                    is_measured(facts.rig, facts.camera, "statistics"));
  }

  Result<void> join_images(const MergeSource& source) {
    for (std::size_t kind = 0; kind < image_kinds; ++kind) {
      if (!images_[kind]) continue;
      const auto chunks = source.chunks_of(static_cast<std::uint8_t>(1 + kind));
      if (!chunks) return unexpected(chunks.error());
      if (chunks->empty() || is_same_map(kind, chunks->back())) continue;
      const std::string path = image_path(static_cast<ImageKind>(kind));
      auto copied = copy_images(source, *chunks, path, file_, *images_[kind],
                                [&](const ChunkRecord& chunk) { return keep(kind, chunk); });
      if (!copied) return copied;
    }
    return {};
  }

  // The maps of the correction are in every segment and mostly the same.
  bool is_same_map(std::size_t kind, const ChunkRecord& chunk) const {
    return kind >= projection_kinds && !kept_[kind].empty() && kept_[kind].back().hash == chunk.hash;
  }

  // Listed at the end, dataset by dataset, as in a segment of one piece.
  Result<void> keep(std::size_t kind, const ChunkRecord& chunk) {
    kept_[kind].push_back(chunk);
    if (kind >= projection_kinds) map_ids_[kind].push_back(any_rows_ ? first_id_ : 0);
    return {};
  }

  Result<void> list(const ChunkRecord& chunk) {
    waiting_.push_back(chunk);
    return waiting_.size() < block_entries ? Result<void>() : write_waiting();
  }
  Result<void> write_waiting() {
    auto appended = chunks_->append(std::span<const ChunkRecord>(waiting_));
    waiting_.clear();
    return appended;
  }
  Result<void> list_left() {
    if (auto written = write_waiting(); !written) return written;
    for (const auto& kept : kept_) {
      if (auto appended = chunks_->append(std::span<const ChunkRecord>(kept)); !appended) return appended;
    }
    return {};
  }

  Result<void> write_attributes(const SourceFacts& last) {
    const FileHandle& file = file_.handle();
    Result<void> done;
    for (std::size_t kind = projection_kinds; done && kind < image_kinds; ++kind) {
      if (!images_[kind]) continue;
      done = write_attribute(file, image_path(static_cast<ImageKind>(kind)), "first_ids",
                             std::span<const std::uint64_t>(map_ids_[kind]));
    }
    if (done) done = write_attribute(file, "/tarsier", "segment", std::int64_t{0});
    if (done) done = write_attribute(file, "/tarsier", "generation", last.generation);
    if (done) done = write_attribute(file, "/tarsier", "rig", merged_text(last.rig));
    if (done) done = write_attribute(file, "/tarsier", "merged_from", merged_text(sources_));
    if (done) done = hash_contents(file_);
    if (!done) return done;
    SealFacts facts;
    facts.ledger = ledger_from_json(last.ledger, last.ledger.value("samples", Json())).value_or(LedgerCounts{});
    facts.next_frame_id = last.next_frame_id;
    facts.ended_utc_ns = last.ended_utc_ns;
    return write_sealed_attributes(
        file_, {derived_->frames(), derived_->expected_frames(), interval_s_, created_utc_ns_}, facts);
  }

  WritableFile& file_;
  const std::function<void(std::uint64_t)>& advance_;
  Json sources_, rig_;
  std::optional<Series> rows_, chunks_;
  std::array<std::optional<Series>, image_kinds> images_;
  std::optional<FrameJoiner> frames_;
  std::optional<DerivedSeries> derived_;
  std::array<std::vector<ChunkRecord>, image_kinds> kept_;
  std::array<std::vector<std::uint64_t>, image_kinds> map_ids_;
  std::vector<ChunkRecord> waiting_;
  double interval_s_ = 0;
  std::int64_t created_utc_ns_ = 0;
  std::int64_t replay_origin_ns_ = 0;
  std::uint64_t first_id_ = 0;
  bool any_rows_ = false;
};

Result<Json> write_merged(WritableFile& file, const std::vector<fs::path>& segments,
                          const std::function<void(std::uint64_t)>& advance) {
  const auto first = MergeSource::open(segments.front());
  if (!first) return unexpected(first.error());
  CameraMerge merge(file, advance);
  if (auto begun = merge.begin(*first); !begun) return unexpected(std::move(begun.error()));
  SourceFacts last;
  for (const fs::path& path : segments) {
    const auto source = MergeSource::open(path);
    if (!source) return unexpected(source.error());
    if (const auto difference = source->differs_from(*first)) {
      return failure(fmt::format("{}: {} as in {}; such segments can't be one file: use them one by one", path.string(),
                                 *difference, segments.front().filename().string()));
    }
    if (auto added = merge.add(*source); !added) return unexpected(std::move(added.error()).within(path.string()));
    last = source->facts();
  }
  auto facts = merge.finish(last);
  merge.release();
  if (facts) {
    if (auto converted = file.convert_for_old_readers(); !converted) return unexpected(std::move(converted.error()));
  }
  return facts;
}

}  // namespace

Result<Json> merge_camera(FileOperations& files, const std::vector<fs::path>& segments, const fs::path& part,
                          const std::function<void(std::uint64_t)>& advance) {
  auto file = WritableFile::create(files, part);
  if (!file) return unexpected(std::move(file.error()));
  auto facts = write_merged(*file, segments, advance);
  Result<void> done = facts ? file->intact() : unexpected(facts.error());
  if (!done) file->abandon();
  auto closed = file->close();
  if (done) done = std::move(closed);
  if (done) done = sync_file(files, part);
  if (done) return facts;
  (void)files.unlink(part.c_str());
  return unexpected(std::move(done.error()));
}

}  // namespace tarsier
