// What an ordinary reader finds of a run that TestCamera recorded with StoreBench: every value of it can be checked.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "hdf5/file.hpp"
#include "store/manifest.hpp"
#include "store/segment_types.hpp"
#include "test_camera.hpp"

namespace tarsier {

// Everything found so far, and the first thing that is wrong with it.
class FoundRun {
 public:
  FoundRun(const std::filesystem::path& run_folder, const CameraRecording& camera) : camera_(camera) {
    std::vector<std::filesystem::path> segments;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(run_folder)) {
      if (entry.path().extension() == ".h5") segments.push_back(entry.path());
      if (entry.path().extension() == ".part" || entry.path().extension() == ".journal") ++half_made;
    }
    std::sort(segments.begin(), segments.end());
    for (const auto& segment : segments) read(segment);
    if (std::filesystem::exists(run_folder / "run.json")) compare_with_manifest(run_folder);
  }

  std::map<std::uint64_t, unsigned> rows;  // by frame id: how often
  std::set<std::uint64_t> stored;          // ids of the frames whose pixels are there
  std::set<std::int64_t> gaps;             // by start
  unsigned half_made = 0;                  // files that are neither sealed nor gone
  std::string wrong;                       // empty: every byte is right

 private:
  void complain(const std::filesystem::path& file, const std::string& what) {
    if (wrong.empty()) wrong = file.filename().string() + ": " + what;
  }
  template <typename Entry>
  std::vector<Entry> all(const FileHandle& file, const std::string& path, RecordType type, std::uint64_t width = 1) {
    auto series = Series::open(file, path, std::move(type));
    if (!series) return {};
    std::vector<Entry> entries(series->length() * width);
    if (auto done = series->read(0, series->length(), entries.data()); !done) complain(path, done.error().message);
    return entries;
  }
  void read(const std::filesystem::path& segment) {
    const auto file = open_for_reading(segment);
    if (!file) return complain(segment, file.error().message);
    const auto segment_rows = all<Row>(*file, "/tarsier/rows", row_record_type());
    const std::size_t width = camera_.regions.size();
    const auto regions = all<RegionRow>(*file, "/tarsier/regions", region_record_type(), width);
    const auto pixels = all<std::byte>(*file, "/frames", number_record<std::uint8_t>(), camera_.size.pixels());
    for (const Gap& gap : all<Gap>(*file, "/tarsier/gaps", gap_record_type())) gaps.insert(gap.start_utc_ns);
    if (regions.size() != segment_rows.size() * width) return complain(segment, "rows and regions differ in number");
    for (std::size_t i = 0; i < segment_rows.size(); ++i) {
      check(segment, segment_rows[i], std::span(regions).subspan(i * width, width), pixels);
    }
    rows_of_[segment.filename().string()] = segment_rows.size();
    frames_of_[segment.filename().string()] = pixels.size() / std::max<std::uint64_t>(1, camera_.size.pixels());
  }
  void check(const std::filesystem::path& segment, const Row& row, std::span<const RegionRow> regions,
             std::span<const std::byte> pixels) {
    ++rows[row.frame_id];
    if (row.sum != 1000 + row.frame_id) complain(segment, fmt::format("row {} has a wrong sum", row.frame_id));
    for (std::size_t r = 0; r < regions.size(); ++r) {
      const bool right = regions[r].abs_diff_sum == row.frame_id * (r + 1) && regions[r].sum == row.frame_id;
      if (!right) complain(segment, fmt::format("row {} has wrong regions", row.frame_id));
    }
    if (row.stored_index < 0) return;
    const std::uint64_t bytes = camera_.size.pixels();
    const std::uint64_t first = static_cast<std::uint64_t>(row.stored_index) * bytes;
    if (first + bytes > pixels.size()) return complain(segment, fmt::format("frame {} is missing", row.frame_id));
    for (std::uint64_t i = 0; i < bytes; ++i) {
      if (pixels[first + i] == TestCamera::pattern(row.frame_id, i)) continue;
      return complain(segment, fmt::format("frame {} has a wrong pixel {}", row.frame_id, i));
    }
    stored.insert(row.frame_id);
  }
  void compare_with_manifest(const std::filesystem::path& run_folder) {
    const auto document = read_manifest(system_files(), run_folder);
    if (!document) return complain("run.json", document.error().message);
    for (const Json& segment : document->at("cameras").at(0).at("segments")) {
      if (!segment.at("sealed").get<bool>()) continue;
      const std::string name = std::filesystem::path(segment.at("file").get<std::string>()).filename().string();
      const bool true_words = rows_of_.contains(name) && rows_of_[name] == segment.at("rows").get<std::uint64_t>() &&
                              frames_of_[name] == segment.at("frames").get<std::uint64_t>();
      if (!true_words) complain("run.json", "says something else of " + name);
    }
  }

  const CameraRecording& camera_;
  std::map<std::string, std::uint64_t> rows_of_;
  std::map<std::string, std::uint64_t> frames_of_;
};

}  // namespace tarsier
