#include "cli/ledger_text.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "cli/json_values.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

struct Cause {
  std::string_view pointer;
  std::string_view words;
};

constexpr std::string_view corrupted = "/ledger/dropped/corrupted";
constexpr Cause unreadable = {corrupted,
                              "dropped: could not be read from the recording: damaged or missing there, or of another "
                              "size or depth than its first"};

constexpr std::array<Cause, 7> losses = {{
    {"/ledger/dropped/ring_full",
     "dropped: every slot was full, for processing or disk was slower than the camera; fewer frames per second, more "
     "slots or store.codec none helps"},
    {"/ledger/dropped/disk_full", "dropped: the disk was full; free some space or record elsewhere"},
    {corrupted, "dropped: damaged on the way from the camera (cable, port, power supply)"},
    {"/ledger/dropped/failed", "dropped: could not be written; the log says why"},
    {"/ledger/dropped/shutdown", "dropped: still under way when the run was stopped"},
    {"/ledger/missed/driver",
     "missed: lost before they reached us, as the camera's numbering shows; look at cable, USB bandwidth and exposure"},
    {"/ledger/missed/restart", "missed, about: the camera or Tarsier was starting anew (an estimate)"},
}};

constexpr std::array<Cause, 4> outcomes = {{
    {"/ledger/stored", "stored"},
    {"/ledger/reduced_only", "reduced to rows"},
    {"/ledger/skipped/sampled_out", "between samples"},
    {"/ledger/skipped/averaged", "averaged into others"},
}};

std::string count_text(const Json& camera, const Cause& cause) {
  const auto count = count_at(camera, std::string(cause.pointer));
  return count == 0 ? "" : fmt::format("{} {}", grouped(count), cause.words);
}

std::string outcome_text(const Json& camera) {
  std::string text = counted(count_at(camera, "/ledger/delivered"), "frame");
  std::string_view separator = ": ";
  for (const auto& outcome : outcomes) {
    const auto count = count_text(camera, outcome);
    if (count.empty()) continue;
    text.append(separator).append(count);
    separator = ", ";
  }
  if (const auto dropped = sum_at(camera, "/ledger/dropped"); dropped > 0)
    text += fmt::format("{}{} dropped", separator, grouped(dropped));
  return text;
}

std::string samples_text(const Json& camera) {
  const auto missed = count_at(camera, "/samples/missed");
  if (missed == 0) return "";
  const auto repeated = count_at(camera, "/ledger/repeated");
  return fmt::format("{} of {} had no frame; {} hold the last good one instead, flagged as repeated", grouped(missed),
                     counted(count_at(camera, "/samples/expected"), "sample"), grouped(repeated));
}

}  // namespace

std::vector<std::string> ledger_text(const Json& camera) {
  std::vector<std::string> lines = {outcome_text(camera)};
  const bool replayed = value_at(camera, "/live") == false;
  for (const auto& loss : losses)
    if (auto line = count_text(camera, replayed && loss.pointer == corrupted ? unreadable : loss); !line.empty())
      lines.push_back(std::move(line));
  if (lines.size() == 1) lines.emplace_back("nothing was dropped or missed");
  if (auto line = samples_text(camera); !line.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace tarsier
