#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/clock.hpp"
#include "report/export_writers.hpp"
#include "report/output_file.hpp"

namespace tarsier {
namespace {

// Bins times regions: 20 bytes each.
constexpr std::uint64_t most_cells = std::uint64_t{8} << 20U;
constexpr std::int64_t second_ns = 1'000'000'000;

struct Cell {
  double mean_sum = 0;
  double changed_sum = 0;
  std::uint32_t pairs = 0;
};

// A moment as the clock on the wall shows it.
struct LocalTime {
  std::string text;  // "2026-01-01T02:00:00+02:00"
  double minutes = 0;
};

LocalTime local_time(std::int64_t utc_ns) {
  const auto seconds = static_cast<time_t>(utc_ns / second_ns);
  struct tm local {};
  (void)localtime_r(&seconds, &local);
  const long offset_min = local.tm_gmtoff / 60;
  const long size = std::abs(offset_min);
  return {fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}", local.tm_year + 1900, local.tm_mon + 1,
                      local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec, offset_min < 0 ? '-' : '+', size / 60,
                      size % 60),
          local.tm_hour * 60.0 + local.tm_min + local.tm_sec / 60.0};
}

// The bins of one camera.
class Bins {
 public:
  Bins(const ExaminedCamera& camera, std::int64_t bin_ns) : camera_(camera), bin_ns_(bin_ns) {}

  Result<void> begin() {
    if (camera_.range.empty()) return {};
    first_bin_ = camera_.range.first_ns / bin_ns_;
    const auto bins = static_cast<std::uint64_t>(camera_.range.last_ns / bin_ns_ - first_bin_) + 1;
    if (bins > most_cells / camera_.regions.size()) {
      return misuse(fmt::format("--bin: {} bins of {} regions are more than fit in memory; choose wider bins", bins,
                                camera_.regions.size()));
    }
    bins_ = static_cast<std::size_t>(bins);
    cells_.resize(bins_ * camera_.regions.size());
    return {};
  }

  // A pair belongs to the bin in which its later frame lies.
  void add(const ExportEntry& entry) {
    const std::int64_t bin = entry.row.utc_ns / bin_ns_ - first_bin_;
    if (bin < 0 || bin >= static_cast<std::int64_t>(bins_) || !entry.is_activity()) return;
    for (std::size_t i = 0; i < entry.regions.size(); ++i) {
      const PairActivity activity = entry.activity(i);
      if (std::isnan(activity.mean)) continue;
      Cell& cell = cells_[static_cast<std::size_t>(bin) * camera_.regions.size() + entry.segment.places[i]];
      cell.mean_sum += activity.mean;
      cell.changed_sum += activity.changed;
      ++cell.pairs;
    }
  }

  [[nodiscard]] std::size_t count() const { return bins_; }
  [[nodiscard]] std::int64_t start_ns(std::size_t bin) const {
    return (first_bin_ + static_cast<std::int64_t>(bin)) * bin_ns_;
  }
  [[nodiscard]] const Cell& cell(std::size_t bin, std::size_t region) const {
    return cells_[bin * camera_.regions.size() + region];
  }
  // Of the pairs that the bin's part of the recording has room for, those that are not there; NaN: it has no room.
  [[nodiscard]] double missing_share(std::size_t bin, std::uint32_t pairs) const {
    const std::int64_t from = std::max(start_ns(bin), camera_.range.first_ns);
    const std::int64_t until = std::min(start_ns(bin) + bin_ns_, camera_.range.last_ns);
    const auto interval = static_cast<double>(camera_.interval_ns());
    const double expected = interval > 0 ? std::round(static_cast<double>(until - from) / interval) : 0;
    if (expected < 1) return std::nan("");
    return std::max(0.0, expected - pairs) / expected;
  }

 private:
  const ExaminedCamera& camera_;
  const std::int64_t bin_ns_;
  std::int64_t first_bin_ = 0;
  std::size_t bins_ = 0;
  std::vector<Cell> cells_;
};

// The keys of all labels, each once.
std::vector<std::string> label_keys(const std::vector<ExaminedCamera>& cameras) {
  std::set<std::string> keys;
  for (const ExaminedCamera& camera : cameras) {
    for (const RegionFacts& region : region_facts(camera)) {
      for (const auto& [key, value] : region.labels.items()) keys.insert(key);
    }
  }
  return {keys.begin(), keys.end()};
}

std::string head_line(const std::vector<std::string>& keys) {
  constexpr std::string_view taken[] = {"experiment",       "camera", "region",       "bin_start_utc",
                                        "bin_start_local",  "unix_s", "zeitgeber_h",  "mean_activity",
                                        "changed_fraction", "pairs",  "missing_share"};
  std::string line = "experiment,camera,region";
  for (const std::string& key : keys) {
    const bool clashes = std::find(std::begin(taken), std::end(taken), key) != std::end(taken);
    line += ',' + csv_field(clashes ? "label_" + key : key);
  }
  return line +
         ",bin_start_utc,bin_start_local,unix_s,zeitgeber_h,mean_activity,changed_fraction,pairs,missing_share\n";
}

// The part of a line that is the same for all bins of a region.
std::string region_part(const ExaminedCamera& camera, const RegionFacts& region, const std::vector<std::string>& keys) {
  const std::string experiment = camera.segments.empty() ? "" : camera.segments.front().facts.experiment;
  std::string part = csv_field(experiment) + ',' + csv_field(camera.name) + ',' + csv_field(region.name);
  for (const std::string& key : keys) {
    const auto label = region.labels.find(key);
    std::string text = "NA";
    if (label != region.labels.end()) text = label->is_string() ? label->get<std::string>() : label->dump();
    part += ',' + csv_field(text);
  }
  return part;
}

std::string bin_part(std::int64_t start_ns, const TidyOptions& options) {
  const LocalTime local = local_time(start_ns);
  std::string zeitgeber = "NA";
  if (options.lights_on_min) {
    zeitgeber = fmt::format("{}", std::fmod(local.minutes - *options.lights_on_min + 1440.0, 1440.0) / 60.0);
  }
  return fmt::format(",{},{},{},{}", iso_utc(Nanoseconds(start_ns)), local.text, start_ns / second_ns, zeitgeber);
}

Result<void> write_bins(OutputFile& file, const ExaminedCamera& camera, const Bins& bins,
                        const std::vector<std::string>& keys, const TidyOptions& options) {
  std::vector<std::string> regions;
  for (const RegionFacts& region : region_facts(camera)) regions.push_back(region_part(camera, region, keys));
  for (std::size_t bin = 0; bin < bins.count(); ++bin) {
    const std::string when = bin_part(bins.start_ns(bin), options);
    for (std::size_t region = 0; region < regions.size(); ++region) {
      const Cell& cell = bins.cell(bin, region);
      const double pairs = cell.pairs == 0 ? std::nan("") : cell.pairs;
      auto written =
          file.write(fmt::format("{}{},{},{},{},{}\n", regions[region], when, number_text(cell.mean_sum / pairs, "NA"),
                                 number_text(cell.changed_sum / pairs, "NA"), cell.pairs,
                                 number_text(bins.missing_share(bin, cell.pairs), "NA")));
      if (!written) return written;
    }
  }
  return {};
}

}  // namespace

ExportedFiles export_tidy(const ExportTarget& target, const std::vector<ExaminedCamera>& cameras,
                          const TidyOptions& options) {
  auto file = OutputFile::create(target.files, target.folder / "tidy.csv");
  if (!file) return unexpected(std::move(file.error()));
  const auto keys = label_keys(cameras);
  Result<void> done = file->write(head_line(keys));
  for (const ExaminedCamera& camera : cameras) {
    Bins bins(camera, options.bin_ns);
    if (done) done = bins.begin();
    const auto take = [&](const ExportEntry& entry) -> Result<void> {
      bins.add(entry);
      return {};
    };
    if (done) done = for_each_row(camera, take, target.done);
    if (done) done = write_bins(*file, camera, bins, keys, options);
  }
  if (done) done = file->finish();
  if (!done) return unexpected(std::move(done.error()));
  return std::vector{file->path()};
}

}  // namespace tarsier
