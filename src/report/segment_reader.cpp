#include "report/segment_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "hdf5/attribute.hpp"
#include "hdf5/error.hpp"
#include "hdf5/file.hpp"

namespace tarsier {
namespace {

constexpr std::int64_t known_format = 1;
// They keep the arithmetic and the memory of a report within bounds.
constexpr std::uint64_t largest_side_px = 65536;
constexpr std::uint64_t most_pixels = 256U << 20U;
constexpr std::uint64_t most_regions = 65536;

template <typename Number>
RecordMember member(const char* name, std::size_t offset) {
  return {name, offset, number_type<Number>()};
}

RecordType row_type() {
  const RecordMember members[] = {
      member<std::int64_t>("utc_ns", offsetof(ReportRow, utc_ns)),
      member<std::int64_t>("pair_ns", offsetof(ReportRow, pair_ns)),
      member<std::uint32_t>("flags", offsetof(ReportRow, flags)),
      member<std::uint64_t>("n", offsetof(ReportRow, n)),
      member<std::uint64_t>("abs_diff_sum", offsetof(ReportRow, abs_diff_sum)),
      member<std::uint64_t>("changed", offsetof(ReportRow, changed)),
  };
  return record_type(sizeof(ReportRow), members);
}

RecordType region_type() {
  const RecordMember members[] = {
      member<std::uint64_t>("abs_diff_sum", offsetof(RegionActivity, abs_diff_sum)),
      member<std::uint32_t>("changed", offsetof(RegionActivity, changed)),
  };
  return record_type(sizeof(RegionActivity), members);
}

// HDF5 turns an enum into the integer behind it.
RecordType gap_type() {
  const RecordMember members[] = {
      member<std::uint64_t>("first_id", offsetof(ReportGap, first_id)),
      member<std::uint64_t>("last_id", offsetof(ReportGap, last_id)),
      member<std::uint8_t>("cause", offsetof(ReportGap, cause)),
      member<std::int8_t>("estimated", offsetof(ReportGap, estimated)),
      member<std::int64_t>("start_utc_ns", offsetof(ReportGap, start_utc_ns)),
      member<std::int64_t>("end_utc_ns", offsetof(ReportGap, end_utc_ns)),
  };
  return record_type(sizeof(ReportGap), members);
}

RecordType event_type() {
  const RecordMember members[] = {
      member<std::int64_t>("utc_ns", offsetof(ReportEvent, utc_ns)),
      member<std::uint8_t>("kind", offsetof(ReportEvent, kind)),
      member<double>("value", offsetof(ReportEvent, value)),
      {"text", offsetof(ReportEvent, text), fixed_text_type(sizeof(ReportEvent::text))},
  };
  return record_type(sizeof(ReportEvent), members);
}

RecordType projection_type() {
  const RecordMember members[] = {
      member<std::uint64_t>("count", offsetof(ProjectionRow, count)),
      member<std::int64_t>("start_utc_ns", offsetof(ProjectionRow, start_utc_ns)),
      member<std::int64_t>("end_utc_ns", offsetof(ProjectionRow, end_utc_ns)),
  };
  return record_type(sizeof(ProjectionRow), members);
}

// Whether every link on the way is there.
bool has(const FileHandle& file, const std::string& path) {
  quiet_hdf5();
  for (auto slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    if (H5Lexists(file.get(), path.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string::npos) return true;
  }
}

Result<std::optional<Series>> open_if_there(const FileHandle& file, const std::string& path, RecordType type) {
  if (!has(file, path)) return std::optional<Series>();
  auto series = Series::open(file, path, std::move(type));
  if (!series) return unexpected(std::move(series.error()));
  return std::optional<Series>(std::move(*series));
}

std::string text_or_empty(const FileHandle& file, const char* path, const char* name) {
  if (!has_attribute(file, path, name)) return "";
  return read_text_attribute(file, path, name).value_or("");
}

double number_or(const FileHandle& file, const char* name, double fallback) {
  if (!has_attribute(file, "/tarsier", name)) return fallback;
  const double value = read_double_attribute(file, "/tarsier", name).value_or(fallback);
  return std::isfinite(value) ? value : fallback;
}

std::uint64_t count_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

RegionFacts region_from(const Json& json, std::size_t index) {
  RegionFacts region{fmt::format("region {}", index + 1)};
  if (!json.is_object()) return region;
  if (const auto name = json.find("name"); name != json.end() && name->is_string()) region.name = *name;
  if (const auto labels = json.find("labels"); labels != json.end() && labels->is_object()) region.labels = *labels;
  region.n = count_in(json, "n");
  return region;
}

}  // namespace

Result<SegmentReader> SegmentReader::open(const std::filesystem::path& path) {
  SegmentReader reader;
  auto file = open_for_reading(path);
  if (!file) return failure("HDF5 cannot open it; it is damaged or incomplete");
  reader.file_ = std::move(*file);
  if (auto known = reader.check_format(); !known) return unexpected(std::move(known.error()));
  for (const auto step : {&SegmentReader::learn_names, &SegmentReader::learn_regions, &SegmentReader::open_series,
                          &SegmentReader::open_images, &SegmentReader::open_projections}) {
    if (auto done = (reader.*step)(); !done) return unexpected(std::move(done.error()));
  }
  return reader;
}

Result<void> SegmentReader::check_format() const {
  if (!has(file_, "/tarsier") || !has_attribute(file_, "/tarsier", "format"))
    return failure("is HDF5, but Tarsier did not write it; `tarsier reduce` makes a file of ours from a recording");
  const auto format = read_integer_attribute(file_, "/tarsier", "format");
  if (!format) return unexpected(format.error());
  if (*format != known_format)
    return failure(fmt::format("has format {}, this version knows {}; use a newer one", *format, known_format));
  if (has_attribute(file_, "/", "finalized") && read_integer_attribute(file_, "/", "finalized").value_or(1) == 0)
    return failure("is not sealed: its recording goes on, or was interrupted");
  return {};
}

Result<void> SegmentReader::learn_names() {
  const struct {
    std::string SegmentFacts::*member;
    const char* path;
    const char* name;
  } texts[] = {{&SegmentFacts::experiment, "/", "experiment_name"},
               {&SegmentFacts::software, "/", "software"},
               {&SegmentFacts::device, "/tarsier", "device"},
               {&SegmentFacts::run, "/tarsier", "run"},
               {&SegmentFacts::camera, "/tarsier", "camera"},
               {&SegmentFacts::pixel, "/tarsier", "pixel"},
               {&SegmentFacts::camera_model, "/tarsier", "camera_model"},
               {&SegmentFacts::camera_serial, "/tarsier", "camera_serial"}};
  for (const auto& text : texts) facts_.*text.member = text_or_empty(file_, text.path, text.name);
  facts_.number = static_cast<std::int64_t>(std::clamp(number_or(file_, "segment", 1), 0.0, 1e9));
  facts_.changed_threshold = static_cast<std::int64_t>(std::clamp(number_or(file_, "changed_threshold", 0), 0.0, 1e9));
  const double nominal = number_or(file_, "nominal_interval_s", 0);
  facts_.interval_s = number_or(file_, "sample_interval_s", nominal);
  facts_.largest_value = number_or(file_, "largest_value", 255);
  if (!(facts_.largest_value >= 1)) return failure("/tarsier: largest_value is below 1; the file is damaged");
  facts_.live = number_or(file_, "live", 1) != 0;
  facts_.ledger = Json::parse(text_or_empty(file_, "/tarsier", "ledger"), nullptr, false);
  if (!facts_.ledger.is_object()) facts_.ledger = nullptr;
  return {};
}

Result<void> SegmentReader::learn_regions() {
  const Json regions = Json::parse(text_or_empty(file_, "/tarsier", "regions"), nullptr, false);
  if (!regions.is_array() || regions.size() > most_regions)
    return failure("/tarsier: the attribute regions is no list; the file is damaged");
  for (std::size_t i = 0; i < regions.size(); ++i) facts_.regions.push_back(region_from(regions[i], i));
  return {};
}

Result<void> SegmentReader::open_series() {
  const auto open = [this](Series& series, const char* path, RecordType type) -> Result<void> {
    auto opened = Series::open(file_, path, std::move(type));
    if (!opened) return unexpected(std::move(opened.error()));
    series = std::move(*opened);
    return {};
  };
  Result<void> done = open(rows_, "/tarsier/rows", row_type());
  if (done) done = open(regions_, "/tarsier/regions", region_type());
  if (done) done = open(gaps_, "/tarsier/gaps", gap_type());
  if (done) done = open(events_, "/tarsier/events", event_type());
  if (!done) return done;
  if (!rows_.entry().empty() || !gaps_.entry().empty() || !events_.entry().empty() || regions_.entry().size() != 1 ||
      regions_.entry().front() != facts_.regions.size() || regions_.length() < rows_.length())
    return failure("its tables do not fit each other; the file is damaged");
  facts_.rows = rows_.length();
  facts_.gaps = gaps_.length();
  facts_.events = events_.length();
  return {};
}

Result<void> SegmentReader::open_images() {
  auto frames = open_if_there(file_, "/frames", number_record<std::uint16_t>());
  if (!frames) return unexpected(std::move(frames.error()));
  auto masks = open_if_there(file_, "/rois/masks", number_record<std::uint8_t>());
  if (!masks) return unexpected(std::move(masks.error()));
  frames_ = std::move(*frames);
  masks_ = std::move(*masks);
  if (frames_) facts_.frames = frames_->length();
  if (masks_) facts_.masks = std::min<std::uint64_t>(masks_->length(), facts_.regions.size());
  if (frames_ && facts_.frames > 0)
    if (auto fits = accept_size(*frames_, "/frames"); !fits) return fits;
  if (masks_ && facts_.masks > 0) return accept_size(*masks_, "/rois/masks");
  return {};
}

Result<void> SegmentReader::open_projections() {
  const std::string group = "/tarsier/projections";
  auto rows = open_if_there(file_, group + "/rows", projection_type());
  if (!rows) return unexpected(std::move(rows.error()));
  auto mean = open_if_there(file_, group + "/mean", number_record<std::uint16_t>());
  if (!mean) return unexpected(std::move(mean.error()));
  auto max = open_if_there(file_, group + "/max", number_record<std::uint16_t>());
  if (!max) return unexpected(std::move(max.error()));
  projection_rows_ = std::move(*rows);
  if (!projection_rows_ || projection_rows_->length() == 0) return {};
  facts_.projections = projection_rows_->length();
  for (auto* images : {&*mean, &*max}) {
    if (!*images || (*images)->length() < facts_.projections) continue;
    if (auto fits = accept_size(**images, "/tarsier/projections"); !fits) return fits;
    (images == &*mean ? mean_ : max_) = std::move(*images);
  }
  facts_.mean_projection = mean_.has_value();
  facts_.max_projection = max_.has_value();
  return {};
}

Result<void> SegmentReader::accept_size(const Series& images, const char* path) {
  const auto& entry = images.entry();
  const bool sane = entry.size() == 2 && entry[0] > 0 && entry[1] > 0 && entry[0] <= largest_side_px &&
                    entry[1] <= largest_side_px && entry[0] * entry[1] <= most_pixels;
  if (!sane) return failure(fmt::format("{}: has no images of a size that can be; the file is damaged", path));
  const auto height = static_cast<std::uint32_t>(entry[0]);
  const auto width = static_cast<std::uint32_t>(entry[1]);
  if (facts_.width_px != 0 && (facts_.width_px != width || facts_.height_px != height))
    return failure(fmt::format("{}: is {}x{} pixels, other images {}x{}; the file is damaged", path, width, height,
                               facts_.width_px, facts_.height_px));
  facts_.width_px = width;
  facts_.height_px = height;
  return {};
}

Result<void> SegmentReader::read(std::uint64_t first, std::span<ReportRow> out) const {
  return rows_.read(first, out.size(), out.data());
}

Result<void> SegmentReader::read(std::uint64_t first, std::span<RegionActivity> out) const {
  if (facts_.regions.empty()) return {};
  return regions_.read(first, out.size() / facts_.regions.size(), out.data());
}

Result<void> SegmentReader::read(std::uint64_t first, std::span<ReportGap> out) const {
  return gaps_.read(first, out.size(), out.data());
}

Result<void> SegmentReader::read(std::uint64_t first, std::span<ReportEvent> out) const {
  return events_.read(first, out.size(), out.data());
}

Result<void> SegmentReader::read(std::uint64_t first, std::span<ProjectionRow> out) const {
  if (!projection_rows_) return failure("it has no projections");
  return projection_rows_->read(first, out.size(), out.data());
}

Result<void> SegmentReader::read_mask(std::uint64_t region, std::span<std::uint8_t> out) const {
  if (!masks_ || out.size() != facts_.pixels()) return failure("it has no masks of that size");
  return masks_->read(region, 1, out.data());
}

Result<void> SegmentReader::read_frame(std::uint64_t index, std::span<std::uint16_t> out) const {
  if (!frames_ || out.size() != facts_.pixels()) return failure("it has no frames of that size");
  return frames_->read(index, 1, out.data());
}

Result<void> SegmentReader::read_projection(ProjectionKind kind, std::uint64_t interval,
                                            std::span<std::uint16_t> out) const {
  const auto& images = kind == ProjectionKind::mean ? mean_ : max_;
  if (!images || out.size() != facts_.pixels()) return failure("it has no such projections");
  return images->read(interval, 1, out.data());
}

}  // namespace tarsier
