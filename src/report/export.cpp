#include "report/export.hpp"

#include <fmt/format.h>

#include <cmath>
#include <system_error>
#include <vector>

#include "report/export_writers.hpp"
#include "report/run_files.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

constexpr double shortest_bin_min = 1.0 / 60;
constexpr double longest_bin_min = 24 * 60;

Result<TidyOptions> tidy_options(const ExportRequest& request) {
  if (!(request.bin_min >= shortest_bin_min && request.bin_min <= longest_bin_min)) {
    return misuse(fmt::format("--bin: {} min is not possible; give 0.02 to 1440", request.bin_min));
  }
  TidyOptions options;
  options.bin_ns = std::llround(request.bin_min * 60) * 1'000'000'000;
  if (request.lights_on.empty()) return options;
  options.lights_on_min = minutes_of_day(request.lights_on);
  if (options.lights_on_min) return options;
  return misuse(fmt::format("--lights-on: {} is no time of day; give hours and minutes as 07:30", request.lights_on));
}

Result<std::vector<ExaminedCamera>> examine_sealed(const RunFiles& run, const fs::path& input) {
  std::vector<ExaminedCamera> cameras;
  std::string reasons;
  for (const CameraFiles& files : run.cameras) {
    auto camera = examine_camera(files, true);
    if (!camera) return unexpected(std::move(camera.error()));
    for (const std::string& note : camera->notes) reasons += "\n  " + note;
    if (!camera->segments.empty()) cameras.push_back(std::move(*camera));
  }
  if (!cameras.empty()) return cameras;
  return failure(fmt::format("{}: has no sealed segment that can be read{}{}", input.string(),
                             reasons.empty() ? "; nothing was recorded" : ":", reasons));
}

std::uint64_t bytes_of(const ExaminedSegment& segment) {
  std::error_code unknown;
  const auto bytes = fs::file_size(segment.path, unknown);
  return unknown ? 0 : bytes;
}

std::uint64_t total_bytes(const ExportRequest& request, const std::vector<ExaminedCamera>& cameras) {
  std::uint64_t total = 0;
  for (const ExaminedCamera& camera : cameras) {
    for (const ExaminedSegment& segment : camera.segments) {
      const std::uint64_t passes = std::uint64_t{request.csv} + request.tidy + request.napari_results +
                                   (request.npy ? (segment.facts.frames > 0 ? 2U : 1U) : 0U);
      total += passes * bytes_of(segment);
    }
  }
  return total;
}

Json camera_facts(const ExaminedCamera& camera) {
  std::uint64_t rows = 0;
  std::uint64_t frames = 0;
  for (const ExaminedSegment& segment : camera.segments) {
    rows += segment.facts.rows;
    frames += segment.facts.frames;
  }
  return {{"name", camera.name}, {"segments", camera.segments.size()}, {"rows", rows},
          {"frames", frames},    {"regions", camera.regions},          {"notes", camera.notes}};
}

class Exporter {
 public:
  Exporter(const ExportTarget& target, const ExportRequest& request) : target_(target), request_(request) {}

  Result<Json> run(const std::vector<ExaminedCamera>& cameras, const TidyOptions& tidy) {
    for (const ExaminedCamera& camera : cameras) {
      if (request_.csv) take(export_csv(target_, camera));
      if (request_.npy && done_) take(export_npy(target_, camera));
      if (request_.napari_results && done_) take(export_napari_results(target_, camera));
      if (!done_) return unexpected(done_.error());
    }
    if (request_.tidy) take(export_tidy(target_, cameras, tidy));
    if (!done_) return unexpected(done_.error());
    return std::move(files_);
  }

 private:
  void take(ExportedFiles exported) {
    if (!exported) {
      done_ = unexpected(std::move(exported.error()));
      return;
    }
    for (const fs::path& path : *exported) files_.push_back(path.string());
  }

  const ExportTarget& target_;
  const ExportRequest& request_;
  Result<void> done_;
  Json files_ = Json::array();
};

}  // namespace

std::optional<int> minutes_of_day(const std::string& text) {
  const auto digit = [&](std::size_t place) { return text[place] >= '0' && text[place] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hours = (text[0] - '0') * 10 + text[1] - '0';
  const int minutes = (text[3] - '0') * 10 + text[4] - '0';
  if (hours > 23 || minutes > 59) return std::nullopt;
  return hours * 60 + minutes;
}

Result<Json> export_recording(FileOperations& files, const ExportRequest& request) {
  if (!request.csv && !request.tidy && !request.npy && !request.napari_results) {
    return misuse("export: into which form? give one or more of --csv, --tidy, --npy, --napari-results");
  }
  const auto tidy = tidy_options(request);
  if (!tidy) return unexpected(tidy.error());
  const auto found = find_run_files(files, request.input);
  if (!found) return unexpected(found.error());
  const auto cameras = examine_sealed(*found, request.input);
  if (!cameras) return unexpected(cameras.error());
  if (auto made = make_directories(files, request.output); !made) return unexpected(std::move(made.error()));
  std::uint64_t done = 0;
  const std::uint64_t total = total_bytes(request, *cameras);
  const ExportTarget target{files, request.output, [&](const ExaminedSegment& segment) {
                              done += bytes_of(segment);
                              request.progress(done, total);
                            }};
  request.progress(0, total);
  auto written = Exporter(target, request).run(*cameras, *tidy);
  if (!written) return written;
  Json facts = Json::array();
  for (const ExaminedCamera& camera : *cameras) facts.push_back(camera_facts(camera));
  return Json{{"input", request.input.string()}, {"files", std::move(*written)}, {"cameras", std::move(facts)}};
}

}  // namespace tarsier
