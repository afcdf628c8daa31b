#include "cli/status_problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "cli/json_values.hpp"
#include "cli/ledger_text.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

using Problems = std::vector<StatusProblem>;

// A silence of as many frames, and of as long at least, is no hiccup.
constexpr double silent_frames = 3, shortest_silence_s = 3;
// Hours in which somebody can still bring a larger disk.
constexpr double warning_hours = 24;
constexpr double least_rate = 0.9;

void find_in_rate(const Json& camera, double asked_hz, Problems& found) {
  const double rate = number_at(camera, "/rate_hz").value_or(0);
  if (asked_hz <= 0 || rate <= 0 || rate >= least_rate * asked_hz) return;
  found.push_back({fmt::format("{}: {} come, {} were asked for; a shorter exposure or a smaller frame helps",
                               text_at(camera, "/name"), rate_text(rate), rate_text(asked_hz)),
                   false});
}

void find_in_silence(const Json& camera, double asked_hz, Problems& found) {
  const auto age_ms = number_at(camera, "/last_frame_age_ms");
  const double longest = std::max(shortest_silence_s, asked_hz > 0 ? silent_frames / asked_hz : 0);
  if (age_ms && *age_ms / 1000 > longest)
    found.push_back(
        {fmt::format("{}: no frame for {}", text_at(camera, "/name"), short_duration(*age_ms / 1000)), true});
}

void find_in_camera(const Json& camera, Problems& found) {
  const double asked_hz = number_at(camera, "/rate_asked_hz").value_or(0);
  const auto name = text_at(camera, "/name");
  const auto state = text_at(camera, "/state");
  const auto error = text_at(camera, "/last_error");
  const bool broken = state == "backoff" || state == "failed";
  if (broken) found.push_back({fmt::format("{} does not run ({}){}", name, state, error.empty() ? "" : ": " + error)});
  if (!broken && !error.empty()) found.push_back({fmt::format("{} had trouble: {}", name, error), false});
  if (state == "running") {
    find_in_silence(camera, asked_hz, found);
    find_in_rate(camera, asked_hz, found);
  }
  if (const auto slots = count_at(camera, "/ring/slots"); slots > 0 && count_at(camera, "/ring/used") >= slots)
    found.push_back({fmt::format("{}: all of its {} slots are full", name, slots)});
  const auto ledger = ledger_text(camera);
  for (std::size_t i = 1; i < ledger.size(); ++i)
    if (!ledger[i].starts_with("nothing")) found.push_back({fmt::format("{}: {}", name, ledger[i]), false});
}

void find_in_disk(const Json& status, Problems& found) {
  if (const auto trouble = text_at(status, "/disk/trouble"); !trouble.empty())
    found.push_back({"nothing can be written: " + trouble});
  if (value_at(status, "/disk/full") == true)
    found.push_back({"the disk is nearly full: frames are dropped, rows go on"});
  for (const auto& call : value_at(status, "/disk/blocked"))
    found.push_back(
        {fmt::format("the disk does not answer: {} has waited {} for {}", text_at(call, "/thread"),
                     short_duration(number_at(call, "/seconds").value_or(0)), text_at(call, "/operation"))});
  const auto hours = number_at(status, "/disk/hours_left_least");
  if (hours && *hours < warning_hours && value_at(status, "/disk/full") != true)
    found.push_back({"the disk is full in " + short_duration(*hours * 3600), false});
}

void find_in_memory(const Json& status, Problems& found) {
  const auto budget = count_at(status, "/memory/budget_bytes");
  const auto resident = count_at(status, "/memory/resident_bytes");
  if (budget > 0 && resident > budget)
    found.push_back(
        {fmt::format("{} of memory are in use, the budget is {}", to_text(Bytes{resident}), to_text(Bytes{budget}))});
}

void find_in_clock(const Json& status, Problems& found) {
  if (value_at(status, "/clock/synchronised") == false)
    found.push_back({"nobody sets the clock: times in the files may be wrong by any amount", false});
}

void find_in_board(const Json& status, Problems& found) {
  const auto& flags = value_at(status, "/board/throttling");
  if (!flags.is_object()) return;
  for (const auto& [flag, states] : flags.items()) {
    std::string words = flag;
    std::replace(words.begin(), words.end(), '_', ' ');
    if (value_at(states, "/now") == true) {
      found.push_back({"the board says now: " + words});
    } else if (value_at(states, "/since_boot") == true) {
      found.push_back({"the board said since its start: " + words, false});
    }
  }
}

}  // namespace

std::vector<StatusProblem> status_problems(const Json& status) {
  Problems found;
  if (const auto fault = text_at(status, "/fault"); !fault.empty()) found.push_back({fault});
  find_in_disk(status, found);
  for (const auto& camera : value_at(status, "/cameras")) find_in_camera(camera, found);
  find_in_memory(status, found);
  find_in_clock(status, found);
  find_in_board(status, found);
  std::stable_partition(found.begin(), found.end(), [](const StatusProblem& problem) { return problem.urgent; });
  return found;
}

}  // namespace tarsier
