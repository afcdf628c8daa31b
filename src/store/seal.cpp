#include "store/seal.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "frame/region_mask.hpp"
#include "hdf5/attribute.hpp"
#include "hdf5/file.hpp"
#include "hdf5/objects.hpp"
#include "store/seal_series.hpp"
#include "store/segment_attributes.hpp"
#include "store/segment_layout.hpp"
#include "store/segment_types.hpp"
#include "store/segment_writer.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t most_block_bytes = 1024 * 1024;

// Rows and regions of the closed segment, read in blocks.
class RowReader {
 public:
  static Result<RowReader> open(const WritableFile& file) {
    auto rows = Series::open(file.handle(), "/tarsier/rows", row_record_type());
    if (!rows) return unexpected(std::move(rows.error()));
    auto regions = Series::open(file.handle(), "/tarsier/regions", region_record_type());
    if (!regions) return unexpected(std::move(regions.error()));
    if (regions->length() < rows->length()) return failure("/tarsier/regions: is shorter than /tarsier/rows");
    return RowReader(std::move(*rows), std::move(*regions));
  }

  [[nodiscard]] std::uint64_t length() const { return rows_.length(); }
  // Rows from `first` on, as many as make a block: an empty span at the end.
  Result<std::span<const Row>> read_rows(std::uint64_t first) {
    block_.resize(std::min(block_rows_, length() - first));
    if (auto read = rows_.read(first, block_.size(), block_.data()); !read) return unexpected(std::move(read.error()));
    return block_;
  }
  // The regions of the rows that read_rows(first) gave.
  Result<std::span<const RegionRow>> read_regions(std::uint64_t first) {
    region_block_.resize(block_.size() * regions_.entry().front());
    auto read = regions_.read(first, block_.size(), region_block_.data());
    if (!read) return unexpected(std::move(read.error()));
    return region_block_;
  }

 private:
  RowReader(Series rows, Series regions) : rows_(std::move(rows)), regions_(std::move(regions)) {
    const std::uint64_t row_bytes = sizeof(Row) + sizeof(RegionRow) * regions_.entry().front();
    block_rows_ = std::clamp<std::uint64_t>(most_block_bytes / row_bytes, 1, block_entries);
  }

  Series rows_;
  Series regions_;
  std::uint64_t block_rows_ = 1;
  std::vector<Row> block_;
  std::vector<RegionRow> region_block_;
};

// The median distance of good pairs in `rows`; 1 s when there is none, for the tools divide by it.
double median_interval_s(std::span<const Row> rows) {
  std::vector<std::int64_t> distances;
  for (const Row& row : rows) {
    if (row.pair_ns > 0 && (row.flags & no_activity_flags) == 0) distances.push_back(row.pair_ns);
  }
  if (distances.empty()) return 1.0;
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>((distances.size() - 1) / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return static_cast<double>(*middle) / 1e9;
}

// A replayed recording begins with its first frame; segments after the first go on in its time.
std::int64_t origin_ns(std::span<const Row> rows, const RunFacts& run, const CameraRecording& camera) {
  if (camera.live) return run.started_monotonic_ns;
  const bool begins = !rows.empty() && (rows.front().flags & row_first) != 0;
  return begins ? rows.front().sensor_ns : 0;
}

DerivedRules rules_of(std::span<const Row> first_rows, const RunFacts& run, const CameraRecording& camera) {
  DerivedRules rules;
  rules.interval_s = camera.nominal_interval_s > 0 ? camera.nominal_interval_s : median_interval_s(first_rows);
  rules.origin_ns = origin_ns(first_rows, run, camera);
  rules.frames_kept = camera.frames_kept;
  rules.live = camera.live;
  rules.activity = is_measured(run.rig, camera.camera, "activity");
  rules.statistics = is_measured(run.rig, camera.camera, "statistics");
  rules.largest_value = largest_value(camera.pixel);
  for (const RegionMask& region : camera.regions) rules.region_pixels.push_back(static_cast<double>(region.pixels));
  return rules;
}

Result<void> fill_derived(RowReader& rows, DerivedSeries& derived) {
  for (std::uint64_t first = 0; first < rows.length();) {
    auto block = rows.read_rows(first);
    if (!block) return unexpected(std::move(block.error()));
    auto regions = rows.read_regions(first);
    if (!regions) return unexpected(std::move(regions.error()));
    if (auto added = derived.add(*block, *regions); !added) return added;
    first += block->size();
  }
  return {};
}

Result<SealedValues> derive(const WritableFile& file, const RunFacts& run, const CameraRecording& camera) {
  auto rows = RowReader::open(file);
  if (!rows) return unexpected(std::move(rows.error()));
  auto first_rows = rows->read_rows(0);
  if (!first_rows) return unexpected(std::move(first_rows.error()));
  const DerivedRules rules = rules_of(*first_rows, run, camera);
  const std::int64_t created = first_rows->empty() ? 0 : first_rows->front().utc_ns;
  auto derived = DerivedSeries::open(file, rules);
  if (!derived) return unexpected(std::move(derived.error()));
  if (auto filled = fill_derived(*rows, *derived); !filled) return unexpected(std::move(filled.error()));
  return SealedValues{derived->frames(), derived->expected_frames(), rules.interval_s, camera.live ? created : 0};
}

// The tools take /frames and /timeseries for equally long.
Result<void> check_frames(const WritableFile& file, const CameraRecording& camera, std::uint64_t frames) {
  if (!camera.frames_kept) return {};
  auto series = Series::open(file.handle(), "/frames", number_record<std::uint8_t>());
  if (!series) return unexpected(std::move(series.error()));
  if (series->length() == frames) return {};
  return failure(fmt::format("/frames holds {} frames, /tarsier/rows names {}; make the segment anew from its journal",
                             series->length(), frames));
}

Result<void> draw_masks(const WritableFile& file, const CameraRecording& camera) {
  auto masks = Series::open(file.handle(), "/rois/masks", number_record<std::uint8_t>());
  if (!masks) return unexpected(std::move(masks.error()));
  std::vector<std::uint8_t> mask(camera.size.pixels());
  for (const RegionMask& region : camera.regions) {
    draw_mask(region.spans, camera.size, mask);
    if (auto appended = masks->append(mask.data(), 1); !appended) return appended;
  }
  return {};
}

Result<void> list_chunks(const WritableFile& file, const CameraRecording& camera, std::span<const ChunkEntry> chunks) {
  auto series = Series::open(file.handle(), "/tarsier/chunks", chunk_record_type());
  if (!series) return unexpected(std::move(series.error()));
  std::vector<ChunkRecord> block;
  while (!chunks.empty()) {
    block.clear();
    for (const ChunkEntry& chunk : chunks.first(std::min<std::size_t>(chunks.size(), block_entries))) {
      const std::uint64_t entries = chunk.dataset == 0 ? camera.frames_per_chunk : 1;
      block.push_back({chunk.dataset, chunk.index * entries, chunk.frames, chunk.bytes, chunk.hash});
    }
    if (auto appended = series->append(std::span<const ChunkRecord>(block)); !appended) return appended;
    chunks = chunks.subspan(block.size());
  }
  return {};
}

Result<void> fill(const WritableFile& file, const RunFacts& run, const CameraRecording& camera,
                  std::span<const ChunkEntry> chunks, const SealFacts& facts) {
  const auto values = derive(file, run, camera);
  if (!values) return unexpected(values.error());
  auto done = check_frames(file, camera, values->frames);
  if (done) done = draw_masks(file, camera);
  if (done) done = list_chunks(file, camera, chunks);
  if (done) done = hash_contents(file);
  if (done) done = write_sealed_attributes(file, *values, facts);
  return done;
}

}  // namespace

bool is_measured(const Json& rig, const std::string& camera, const char* key) {
  if (!rig.is_object() || !rig.contains("cameras") || !rig["cameras"].is_array()) return true;
  for (const Json& entry : rig["cameras"]) {
    if (!entry.is_object() || !entry.contains("name") || entry["name"] != camera) continue;
    if (!entry.contains("reduce") || !entry["reduce"].is_object()) return true;
    const Json& reduce = entry["reduce"];
    return !reduce.contains(key) || !reduce[key].is_boolean() || reduce[key].get<bool>();
  }
  return true;
}

Result<void> hash_contents(const WritableFile& file) {
  const auto datasets = list_datasets(file.handle());
  if (!datasets) return unexpected(datasets.error());
  for (const DatasetNames& names : *datasets) {
    const std::string& path = names.paths.front();
    if (!has_attribute(file.handle(), path, content_hash_attribute)) continue;
    const auto hash = content_hash(file.handle(), path);
    if (!hash) return unexpected(hash.error());
    auto written = write_attribute(file.handle(), path, content_hash_attribute, *hash);
    if (!written) return written;
  }
  return {};
}

Result<void> sync_file(FileOperations& files, const std::filesystem::path& path) {
  int descriptor = files.open(path.c_str(), O_RDWR, 0);
  if (descriptor < 0) return unexpected(file_error(path, "open", errno));
  const int error_number = files.fsync(descriptor) == 0 ? 0 : errno;
  (void)files.close(descriptor);
  if (error_number != 0) return unexpected(file_error(path, "sync", error_number));
  return {};
}

Result<void> seal_segment(FileOperations& files, const std::filesystem::path& part, const RunFacts& run,
                          const CameraRecording& camera, std::span<const ChunkEntry> chunks, const SealFacts& facts) {
  auto file = WritableFile::open(files, part);
  if (!file) return unexpected(std::move(file.error()).within("seal " + part.string()));
  auto filled = fill(*file, run, camera, chunks, facts);
  if (filled) filled = file->intact();
  if (filled) filled = file->convert_for_old_readers();
  if (!filled) return unexpected(std::move(filled.error()).within("seal " + part.string()));
  if (auto closed = file->close(); !closed) return closed;
  return sync_file(files, part);
}

}  // namespace tarsier
