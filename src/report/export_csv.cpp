#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/clock.hpp"
#include "report/export_writers.hpp"
#include "report/output_file.hpp"

namespace tarsier {
namespace {

constexpr std::string_view rows_head =
    "frame_id,segment,stored_index,utc,utc_ns,elapsed_s,pair_ns,flags,n,abs_diff_sum,changed,sum,sum_sq,min,max,"
    "mean_activity,changed_fraction\n";
constexpr std::string_view regions_head =
    "frame_id,utc,elapsed_s,region,n,abs_diff_sum,changed,sum,sum_sq,min,max,mean_activity,changed_fraction\n";

std::string row_line(const ExportEntry& entry) {
  const ExportRow& row = entry.row;
  const bool measured = entry.is_activity() && row.n > 0;
  const auto n = static_cast<double>(row.n);
  const double largest = entry.segment.examined.facts.largest_value;
  const double mean = measured ? static_cast<double>(row.abs_diff_sum) / (n * largest) : std::nan("");
  const double changed = measured ? static_cast<double>(row.changed) / n : std::nan("");
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", row.frame_id,
                     entry.segment.examined.facts.number, row.stored_index, iso_utc(Nanoseconds(row.utc_ns)),
                     row.utc_ns, number_text(entry.elapsed_s(), ""), row.pair_ns, row.flags, row.n, row.abs_diff_sum,
                     row.changed, row.sum, row.sum_sq, row.min, row.max, number_text(mean, ""),
                     number_text(changed, ""));
}

std::string region_line(const ExportEntry& entry, std::size_t i, const std::string& name) {
  const ExportRegion& region = entry.regions[i];
  const PairActivity activity = entry.activity(i);
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", entry.row.frame_id,
                     iso_utc(Nanoseconds(entry.row.utc_ns)), number_text(entry.elapsed_s(), ""), name, entry.pixels[i],
                     region.abs_diff_sum, region.changed, region.sum, region.sum_sq, region.min, region.max,
                     number_text(activity.mean, ""), number_text(activity.changed, ""));
}

}  // namespace

std::string file_stem(const ExaminedCamera& camera) {
  std::string stem = camera.name.empty() ? "camera" : camera.name;
  std::replace(stem.begin(), stem.end(), '/', '_');
  return stem;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return quoted + '"';
}

std::string number_text(double value, const char* missing) {
  return std::isnan(value) ? std::string(missing) : fmt::format("{}", value);
}

ExportedFiles export_csv(const ExportTarget& target, const ExaminedCamera& camera) {
  auto rows = OutputFile::create(target.files, target.folder / (file_stem(camera) + "_rows.csv"));
  if (!rows) return unexpected(std::move(rows.error()));
  auto regions = OutputFile::create(target.files, target.folder / (file_stem(camera) + "_regions.csv"));
  if (!regions) return unexpected(std::move(regions.error()));
  std::vector<std::string> names;
  for (const std::string& name : camera.regions) names.push_back(csv_field(name));
  Result<void> done = rows->write(rows_head);
  if (done) done = regions->write(regions_head);
  if (!done) return unexpected(std::move(done.error()));
  const auto take = [&](const ExportEntry& entry) {
    Result<void> written = rows->write(row_line(entry));
    for (std::size_t i = 0; written && i < entry.regions.size(); ++i) {
      written = regions->write(region_line(entry, i, names[entry.segment.places[i]]));
    }
    return written;
  };
  done = for_each_row(camera, take, target.done);
  if (done) done = rows->finish();
  if (done) done = regions->finish();
  if (!done) return unexpected(std::move(done.error()));
  return std::vector{rows->path(), regions->path()};
}

}  // namespace tarsier
