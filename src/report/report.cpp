#include "report/report.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/unique_fd.hpp"
#include "report/page.hpp"
#include "report/run_files.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

// Bins times regions of all cameras: 8 bytes each in the page, 11 as base64.
constexpr std::size_t usual_cells = std::size_t{1} << 19U;
constexpr std::size_t most_page_cells = 4 * usual_cells;

Result<void> may_be_written(FileOperations& files, const fs::path& page) {
  const UniqueFd file(files.open(page.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0));
  if (!file) return errno == ENOENT ? Result<void>() : unexpected(file_error(page, "open", errno));
  std::array<char, 256> head{};
  const auto got = files.pread(file.get(), head.data(), head.size(), 0);
  const std::string_view text(head.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (text.find(page_mark) != std::string_view::npos) return {};
  return misuse(
      fmt::format("{}: exists and is no report of ours, so it is not replaced; give -o another name", page.string()));
}

fs::path page_of(const ReportRequest& request, bool whole_run) {
  if (!request.output.empty()) return request.output;
  if (whole_run) return request.input / "report.html";
  return fs::path(request.input).replace_extension(".html");
}

Result<std::vector<ExaminedCamera>> examine(const RunFiles& run, const fs::path& input) {
  std::vector<ExaminedCamera> cameras;
  std::string reasons;
  bool any = false;
  for (const auto& files : run.cameras) {
    auto camera = examine_camera(files, !run.whole_run);
    if (!camera) return unexpected(std::move(camera.error()));
    any = any || !camera->segments.empty();
    for (const auto& note : camera->notes) reasons += "\n  " + note;
    cameras.push_back(std::move(*camera));
  }
  if (!any)
    return failure(fmt::format("{}: has no sealed segment that can be read{}{}", input.string(),
                               reasons.empty() ? "; nothing was recorded" : ":", reasons));
  // The page's head is about the first one.
  std::stable_partition(cameras.begin(), cameras.end(), [](const auto& camera) { return !camera.segments.empty(); });
  return cameras;
}

Result<std::int64_t> asked_width(const ReportRequest& request, const ExaminedCamera& camera, std::size_t regions) {
  constexpr double widest_s = 86400;
  const auto narrowest_s =
      std::max(0.001, std::ceil(static_cast<double>(camera.duration_ns()) / 1e6 /
                                static_cast<double>(std::max<std::size_t>(most_page_cells / regions, 4) - 2)) /
                          1e3);
  if (!(request.bin_s >= narrowest_s && request.bin_s <= widest_s))
    return misuse(
        fmt::format("--bin: {} s is not possible here; give {} to {} s", request.bin_s, narrowest_s, widest_s));
  return std::llround(request.bin_s * 1e9);
}

Result<std::vector<CameraReport>> read_cameras(const ReportRequest& request,
                                               const std::vector<ExaminedCamera>& examined) {
  std::size_t regions = 0;
  for (const auto& camera : examined) regions += camera.regions.size();
  std::vector<CameraReport> cameras;
  for (const auto& camera : examined) {
    Result<std::int64_t> width = bin_width_ns(camera.duration_ns(), camera.interval_ns(), usual_cells / regions);
    if (request.bin_s != 0) width = asked_width(request, camera, regions);
    if (!width) return unexpected(std::move(width.error()));
    auto report = read_camera(camera, *width);
    if (!report) return unexpected(std::move(report.error()));
    cameras.push_back(std::move(*report));
  }
  return cameras;
}

void judge(RunReport& run) {
  std::vector<LedgerWords> ledgers;
  std::uint64_t left_out = 0;
  bool whole = true;
  for (const auto& camera : run.cameras) {
    ledgers.push_back(camera.ledger);
    left_out += camera.notes.size();
    whole = whole && camera.ledger.missing == 0 && camera.ledger.samples_missed == 0;
  }
  run.verdict = verdict(ledgers, left_out, run.ended);
  run.complete = whole && left_out == 0 && run.ended;
}

Json time_of(const UtcRange& range, std::int64_t utc_ns) {
  return range.empty() ? Json(nullptr) : Json(iso_utc(Nanoseconds(utc_ns)));
}

Json camera_facts(const CameraReport& camera) {
  Json regions = Json::array();
  for (const auto& region : camera.regions)
    regions.push_back({{"name", region.facts.name}, {"labels", region.facts.labels}, {"n", region.facts.n}});
  const auto& axis = camera.activity.axis();
  return {{"name", camera.name},
          {"files", camera.files},
          {"from", time_of(camera.range, camera.range.first_ns)},
          {"until", time_of(camera.range, camera.range.last_ns)},
          {"rows", camera.rows},
          {"frames_stored", camera.frames},
          {"frames_delivered", camera.ledger.delivered},
          {"frames_missing", camera.ledger.missing},
          {"missing_estimated", camera.ledger.estimated},
          {"samples_missed", camera.ledger.samples_missed},
          {"gaps", camera.gaps_total},
          {"events", camera.events_total},
          {"bin_s", axis.bins > 0 ? Json(static_cast<double>(axis.width_ns) / 1e9) : Json(nullptr)},
          {"bins", axis.bins},
          {"regions", std::move(regions)},
          {"pictures", camera.pictures.source},
          {"notes", camera.notes}};
}

Json facts_of(const RunReport& run, const fs::path& page, std::size_t bytes) {
  const auto range = run.range();
  Json cameras = Json::array();
  for (const auto& camera : run.cameras) cameras.push_back(camera_facts(camera));
  return {{"page", page.string()},
          {"bytes", bytes},
          {"experiment", run.facts().experiment},
          {"device", run.facts().device},
          {"run", run.facts().run},
          {"from", time_of(range, range.first_ns)},
          {"until", time_of(range, range.last_ns)},
          {"duration_s", range.empty() ? 0.0 : static_cast<double>(range.last_ns - range.first_ns) / 1e9},
          {"verdict", run.verdict},
          {"complete", run.complete},
          {"ended", run.ended},
          {"cameras", std::move(cameras)}};
}

}  // namespace

Result<ReportOutcome> make_report(FileOperations& files, const ReportRequest& request) {
  const auto found = find_run_files(files, request.input);
  if (!found) return unexpected(found.error());
  const auto page = page_of(request, found->whole_run);
  if (auto allowed = may_be_written(files, page); !allowed) return unexpected(std::move(allowed.error()));
  const auto examined = examine(*found, request.input);
  if (!examined) return unexpected(examined.error());
  auto cameras = read_cameras(request, *examined);
  if (!cameras) return unexpected(std::move(cameras.error()));
  // "run/" has no file name of its own.
  const auto input = request.input.has_filename() ? request.input.filename() : request.input.parent_path().filename();
  RunReport run{found->whole_run, found->ended, input.string(), {}, false, std::move(*cameras)};
  judge(run);
  const auto text = page_text(run);
  if (auto written = replace_text(files, page, text); !written) return unexpected(std::move(written.error()));
  return ReportOutcome{page, run.verdict, facts_of(run, page, text.size())};
}

}  // namespace tarsier
