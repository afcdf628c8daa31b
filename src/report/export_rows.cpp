#include "report/export_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include "hdf5/attribute.hpp"
#include "hdf5/file.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t exported_rows_a_block = 1024;
constexpr std::uint32_t first_row_flag = 1;
constexpr std::uint32_t no_activity_flags = 1U | 4U | 8U;

template <typename Number>
RecordMember exported_member(const char* name, std::size_t offset) {
  return {name, offset, number_type<Number>()};
}

RecordType exported_row_type() {
  const RecordMember members[] = {
      exported_member<std::uint64_t>("frame_id", offsetof(ExportRow, frame_id)),
      exported_member<std::int64_t>("stored_index", offsetof(ExportRow, stored_index)),
      exported_member<std::int64_t>("sensor_ns", offsetof(ExportRow, sensor_ns)),
      exported_member<std::int64_t>("utc_ns", offsetof(ExportRow, utc_ns)),
      exported_member<std::int64_t>("pair_ns", offsetof(ExportRow, pair_ns)),
      exported_member<std::uint32_t>("flags", offsetof(ExportRow, flags)),
      exported_member<std::uint64_t>("n", offsetof(ExportRow, n)),
      exported_member<std::uint64_t>("abs_diff_sum", offsetof(ExportRow, abs_diff_sum)),
      exported_member<std::uint64_t>("changed", offsetof(ExportRow, changed)),
      exported_member<std::uint64_t>("sum", offsetof(ExportRow, sum)),
      exported_member<std::uint64_t>("sum_sq", offsetof(ExportRow, sum_sq)),
      exported_member<std::uint16_t>("min", offsetof(ExportRow, min)),
      exported_member<std::uint16_t>("max", offsetof(ExportRow, max)),
  };
  return record_type(sizeof(ExportRow), members);
}

RecordType exported_region_type() {
  const RecordMember members[] = {
      exported_member<std::uint64_t>("abs_diff_sum", offsetof(ExportRegion, abs_diff_sum)),
      exported_member<std::uint32_t>("changed", offsetof(ExportRegion, changed)),
      exported_member<std::uint64_t>("sum", offsetof(ExportRegion, sum)),
      exported_member<std::uint64_t>("sum_sq", offsetof(ExportRegion, sum_sq)),
      exported_member<std::uint16_t>("min", offsetof(ExportRegion, min)),
      exported_member<std::uint16_t>("max", offsetof(ExportRegion, max)),
  };
  return record_type(sizeof(ExportRegion), members);
}

// cameras[name].reduce.activity of the rig; true, the rig's default, when it does not say.
bool measures_activity(const FileHandle& file, const std::string& camera) {
  const Json rig = Json::parse(read_text_attribute(file, "/tarsier", "rig").value_or(""), nullptr, false);
  if (!rig.is_object() || !rig.contains("cameras") || !rig["cameras"].is_array()) return true;
  for (const Json& entry : rig["cameras"]) {
    if (!entry.is_object() || !entry.contains("name") || entry["name"] != camera) continue;
    const auto reduce = entry.find("reduce");
    if (reduce == entry.end() || !reduce->is_object()) return true;
    const auto activity = reduce->find("activity");
    return activity == reduce->end() || !activity->is_boolean() || activity->get<bool>();
  }
  return true;
}

// Goes through the segments of one camera.
class RowWalk {
 public:
  RowWalk(const ExaminedCamera& camera, const std::function<Result<void>(const ExportEntry&)>& take)
      : camera_(camera), take_(take) {}

  Result<void> go_through(const ExaminedSegment& examined) {
    const auto file = open_for_reading(examined.path);
    if (!file) return unexpected(file.error());
    const auto rows = Series::open(*file, "/tarsier/rows", exported_row_type());
    if (!rows) return unexpected(rows.error());
    const auto regions = Series::open(*file, "/tarsier/regions", exported_region_type());
    if (!regions) return unexpected(regions.error());
    learn_regions(examined);
    ExportSegment segment{examined, places_, measures_activity(*file, examined.facts.camera), 0};
    if (auto set = set_origin(*file, segment); !set) return set;
    for (std::uint64_t first = 0; first < rows->length(); first += block_.size()) {
      block_.resize(std::min(exported_rows_a_block, rows->length() - first));
      region_block_.resize(block_.size() * examined.facts.regions.size());
      if (auto read = rows->read(first, block_.size(), block_.data()); !read) return read;
      if (auto read = regions->read(first, block_.size(), region_block_.data()); !read) return read;
      if (auto taken = take_block(segment); !taken) return taken;
    }
    return {};
  }

 private:
  void learn_regions(const ExaminedSegment& examined) {
    places_.clear();
    pixels_.clear();
    for (const RegionFacts& region : examined.facts.regions) {
      const auto found = std::find(camera_.regions.begin(), camera_.regions.end(), region.name);
      places_.push_back(static_cast<std::size_t>(found - camera_.regions.begin()));
      pixels_.push_back(static_cast<double>(region.n));
    }
    whole_frame_ = places_.empty() && camera_.regions.size() == 1;
    if (whole_frame_) places_.push_back(0);
  }

  // A replayed recording begins with its first frame.
  Result<void> set_origin(const FileHandle& file, ExportSegment& segment) {
    const auto started = read_integer_attribute(file, "/tarsier", "started_monotonic_ns");
    if (!started) return unexpected(started.error());
    if (segment.examined.facts.live) segment.origin_ns = *started;
    return {};
  }

  Result<void> take_block(ExportSegment& segment) {
    const std::size_t count = segment.examined.facts.regions.size();
    for (std::size_t i = 0; i < block_.size(); ++i) {
      const ExportRow& row = block_[i];
      if (!segment.examined.facts.live) {
        if (!replay_origin_ns_) replay_origin_ns_ = (row.flags & first_row_flag) != 0 ? row.sensor_ns : 0;
        segment.origin_ns = *replay_origin_ns_;
      }
      std::span<const ExportRegion> regions = std::span(region_block_).subspan(i * count, count);
      if (whole_frame_) regions = whole_frame(row);
      if (auto taken = take_({segment, row, regions, pixels_}); !taken) return taken;
    }
    return {};
  }

  std::span<const ExportRegion> whole_frame(const ExportRow& row) {
    frame_ = {row.abs_diff_sum, static_cast<std::uint32_t>(row.changed), row.sum, row.sum_sq, row.min, row.max};
    pixels_.assign(1, static_cast<double>(row.n));
    return {&frame_, 1};
  }

  const ExaminedCamera& camera_;
  const std::function<Result<void>(const ExportEntry&)>& take_;
  std::vector<std::size_t> places_;
  std::vector<double> pixels_;
  bool whole_frame_ = false;
  std::optional<std::int64_t> replay_origin_ns_;
  ExportRegion frame_;
  std::vector<ExportRow> block_;
  std::vector<ExportRegion> region_block_;
};

}  // namespace

bool ExportEntry::is_activity() const {
  return segment.activity && row.pair_ns >= 0 && (row.flags & no_activity_flags) == 0;
}

PairActivity ExportEntry::activity(std::size_t region) const {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  if (!is_activity() || !(pixels[region] > 0)) return {unknown, unknown};
  return {static_cast<double>(regions[region].abs_diff_sum) / (pixels[region] * segment.examined.facts.largest_value),
          static_cast<double>(regions[region].changed) / pixels[region]};
}

Result<void> for_each_row(const ExaminedCamera& camera, const std::function<Result<void>(const ExportEntry&)>& take,
                          const std::function<void(const ExaminedSegment&)>& done) {
  RowWalk walk(camera, take);
  for (const ExaminedSegment& segment : camera.segments) {
    if (auto gone = walk.go_through(segment); !gone) {
      return unexpected(std::move(gone.error()).within(segment.path.string()));
    }
    done(segment);
  }
  return {};
}

std::vector<RegionFacts> region_facts(const ExaminedCamera& camera) {
  std::vector<RegionFacts> facts;
  for (const std::string& name : camera.regions) {
    facts.push_back({name, Json::object(), 0});
    for (const ExaminedSegment& segment : camera.segments) {
      const auto& regions = segment.facts.regions;
      const auto found = std::find_if(regions.begin(), regions.end(), [&](const auto& r) { return r.name == name; });
      if (found == regions.end()) continue;
      facts.back() = *found;
      break;
    }
  }
  return facts;
}

}  // namespace tarsier
