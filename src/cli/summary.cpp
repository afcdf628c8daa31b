#include "cli/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/bytes.hpp"
#include "cli/json_values.hpp"
#include "cli/ledger_text.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

using Out = std::back_insert_iterator<std::string>;

constexpr std::size_t most_files = 5;

void write_summary(Out out, const Json& camera) {
  const auto name = text_at(camera, "/name");
  for (const auto& line : ledger_text(camera)) fmt::format_to(out, "{}: {}\n", name, line);
  const auto restarts = count_at(camera, "/restarts");
  const auto trouble = text_at(camera, "/last_error");
  if (text_at(camera, "/state") == "ended" && !trouble.empty())
    fmt::format_to(out, "{}: the last was {}\n", name, trouble);
  if (restarts > 0) fmt::format_to(out, "{}: the camera was restarted {}\n", name, counted(restarts, "time"));
}

void write_effort(Out out, const Json& facts, const Progress& progress) {
  if (progress.elapsed_s > 0)
    fmt::format_to(out, "took {:.1f} s, {} frames on average\n", progress.elapsed_s,
                   rate_text(static_cast<double>(progress.delivered) / progress.elapsed_s));
  fmt::format_to(out, "memory: at most {} of a budget of {}\n",
                 to_text(Bytes{count_at(facts, "/memory/highest_resident_bytes")}),
                 to_text(Bytes{count_at(facts, "/memory/budget_bytes")}));
}

void write_activity(Out out, const Json& camera, const BarStyle& style) {
  std::vector<Bar> bars;
  for (const auto& region : value_at(camera, "/mean_activity"))
    bars.push_back({text_at(region, "/region"), number_at(region, "/value")});
  if (bars.empty()) return;
  fmt::format_to(out, "\n{}: mean activity (change of a pixel from frame to frame, 1 is full scale)\n{}",
                 text_at(camera, "/name"), bar_chart(bars, style));
}

void write_noise(Out out, const Json& camera) {
  const Json& noise = value_at(camera, "/noise");
  if (!noise.is_object()) return;
  const auto proposed = number_at(noise, "/proposed_threshold");
  fmt::format_to(
      out, "{}: noise: pixels at rest differ by {:.2f} levels (standard deviation); changed_threshold is {}, {}\n",
      text_at(camera, "/name"), number_at(noise, "/difference_std").value_or(0), count_at(noise, "/changed_threshold"),
      proposed ? fmt::format("five times the noise is {:.0f}", *proposed) : "and none stands above the noise");
}

void write_files(Out out, const Json& files) {
  if (!files.is_array() || files.empty()) return;
  const auto hidden = files.size() > most_files ? files.size() - most_files : 0;
  fmt::format_to(out, "\n{}:\n", counted(files.size(), "file"));
  if (hidden > 0) fmt::format_to(out, "  {} earlier, and\n", hidden);
  for (auto i = hidden; i < files.size(); ++i) fmt::format_to(out, "  {}\n", files[i].get<std::string>());
  // A JSON string is a Python string.
  fmt::format_to(out,
                 "open it in Python:\n  import h5py; file = h5py.File({}, \"r\"); print(file[\"tarsier/rows\"][:5])\n",
                 files.back().dump(-1, ' ', false, Json::error_handler_t::replace));
}

// Of a recording: most of the frames that were wanted could not be read.
bool is_mostly_unreadable(const Json& camera) {
  const auto wanted = count_at(camera, "/ledger/delivered") - count_at(camera, "/ledger/skipped/sampled_out");
  return value_at(camera, "/live") == false && 2 * count_at(camera, "/ledger/dropped/corrupted") > wanted;
}

}  // namespace

std::string summary_text(const Json& facts, const Progress& progress, const BarStyle& style) {
  std::string text;
  const Out out = std::back_inserter(text);
  if (!text_at(facts, "/run_folder").empty()) fmt::format_to(out, "run {}\n", text_at(facts, "/run"));
  for (const auto& camera : value_at(facts, "/cameras")) write_summary(out, camera);
  write_effort(out, facts, progress);
  for (const auto& camera : value_at(facts, "/cameras")) write_noise(out, camera);
  for (const auto& camera : value_at(facts, "/cameras")) write_activity(out, camera, style);
  write_files(out, value_at(facts, "/files"));
  return text;
}

std::vector<std::string> what_went_wrong(const RunSummary& summary) {
  std::vector<std::string> reasons;
  if (summary.fault) reasons.push_back(*summary.fault);
  for (const auto& camera : value_at(summary.facts, "/cameras")) {
    const auto name = text_at(camera, "/name");
    if (text_at(camera, "/state") == "failed")
      reasons.push_back(fmt::format("{}: {}", name, text_at(camera, "/last_error", "the source failed")));
    if (is_mostly_unreadable(camera))
      reasons.push_back(
          fmt::format("{}: most frames could not be read; the recording is damaged, or its images are "
                      "not of one size and depth: reduce those of each kind alone",
                      name));
  }
  return reasons;
}

}  // namespace tarsier
