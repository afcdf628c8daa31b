// A sealed segment, open for reading what a report shows. The layout is that of src/store/FORMAT.md; this folder reads
// it by the names written there and shares no code with the writer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "hdf5/series.hpp"

namespace tarsier {

struct RegionFacts {
  std::string name;
  Json labels = Json::object();
  std::uint64_t n = 0;  // pixels
};

// The attributes of a segment, and how much it holds.
struct SegmentFacts {
  std::string experiment, device, run, camera, software, camera_model, camera_serial, pixel;
  std::int64_t number = 0;
  std::int64_t changed_threshold = 0;
  double interval_s = 0;  // of the samples, without sampling of the frames; 0: unknown
  double largest_value = 255;
  bool live = true;
  Json ledger;  // as in the file; null when it can't be read
  std::vector<RegionFacts> regions;
  std::uint32_t width_px = 0;  // 0: neither frames nor masks nor projections
  std::uint32_t height_px = 0;
  std::uint64_t rows = 0;
  std::uint64_t frames = 0;  // stored ones
  std::uint64_t masks = 0;   // regions with a mask
  std::uint64_t gaps = 0;
  std::uint64_t events = 0;
  std::uint64_t projections = 0;  // intervals
  bool mean_projection = false;
  bool max_projection = false;

  [[nodiscard]] std::size_t pixels() const { return std::size_t{width_px} * height_px; }
};

// What a report needs of one entry of /tarsier/rows, regions, gaps, events and projections/rows.
struct ReportRow {
  std::int64_t utc_ns = 0;
  std::int64_t pair_ns = -1;
  std::uint32_t flags = 0;
  std::uint64_t n = 0;
  std::uint64_t abs_diff_sum = 0;
  std::uint64_t changed = 0;

  // Whether the row's pair is activity, and not a first, a repeated or a wide one. Times that no clock of ours gives
  // are none either.
  [[nodiscard]] bool is_activity() const { return pair_ns > 0 && pair_ns <= utc_ns && (flags & (1U | 4U | 8U)) == 0; }
};

struct RegionActivity {
  std::uint64_t abs_diff_sum = 0;
  std::uint32_t changed = 0;
};

struct ReportGap {
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;
  std::uint8_t cause = 0;
  std::int8_t estimated = 0;
  std::int64_t start_utc_ns = 0;
  std::int64_t end_utc_ns = 0;
};

struct ReportEvent {
  std::int64_t utc_ns = 0;
  std::uint8_t kind = 0;
  double value = 0;
  char text[64] = {};  // UTF-8, not always terminated
};

struct ProjectionRow {
  std::uint64_t count = 0;  // frames
  std::int64_t start_utc_ns = 0;
  std::int64_t end_utc_ns = 0;
};

enum class ProjectionKind : std::uint8_t { mean, max };

// One thread at a time. Reads in the pieces that its caller asks for; HDF5 takes a chunk or two beside that. HDF5 may
// crash or hang on malformed files: probe a file first (segment_probe.hpp).
class SegmentReader {
 public:
  // Errors give the reason without the path: not HDF5, not Tarsier's, not sealed, of a newer format.
  [[nodiscard]] static Result<SegmentReader> open(const std::filesystem::path& path);

  [[nodiscard]] const SegmentFacts& facts() const { return facts_; }
  // Entries first, first + 1, ...; as many as `out` holds, which must be there.
  [[nodiscard]] Result<void> read(std::uint64_t first, std::span<ReportRow> out) const;
  // Rows first ... of all regions: out.size() is a multiple of regions.size().
  [[nodiscard]] Result<void> read(std::uint64_t first, std::span<RegionActivity> out) const;
  [[nodiscard]] Result<void> read(std::uint64_t first, std::span<ReportGap> out) const;
  [[nodiscard]] Result<void> read(std::uint64_t first, std::span<ReportEvent> out) const;
  [[nodiscard]] Result<void> read(std::uint64_t first, std::span<ProjectionRow> out) const;
  // One image of facts().pixels() values, line by line.
  [[nodiscard]] Result<void> read_mask(std::uint64_t region, std::span<std::uint8_t> out) const;
  [[nodiscard]] Result<void> read_frame(std::uint64_t index, std::span<std::uint16_t> out) const;
  [[nodiscard]] Result<void> read_projection(ProjectionKind kind, std::uint64_t interval,
                                             std::span<std::uint16_t> out) const;

 private:
  SegmentReader() = default;
  [[nodiscard]] Result<void> check_format() const;
  [[nodiscard]] Result<void> learn_names();
  [[nodiscard]] Result<void> learn_regions();
  [[nodiscard]] Result<void> open_series();
  [[nodiscard]] Result<void> open_images();
  [[nodiscard]] Result<void> open_projections();
  // Takes over the size of the dataset's images; an error when it contradicts another one's.
  [[nodiscard]] Result<void> accept_size(const Series& images, const char* path);

  FileHandle file_;
  SegmentFacts facts_;
  Series rows_, regions_, gaps_, events_;
  std::optional<Series> masks_, frames_, mean_, max_, projection_rows_;
};

}  // namespace tarsier
