#include "cli/status_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/bytes.hpp"
#include "base/harmless_text.hpp"
#include "cli/json_values.hpp"
#include "cli/ledger_text.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

using Out = std::back_insert_iterator<std::string>;

std::string bytes_at(const Json& document, const std::string& pointer) {
  return to_text(Bytes{count_at(document, pointer)});
}

std::string age_text(const Json& camera) {
  const auto age = number_at(camera, "/last_frame_age_ms");
  return age ? fmt::format("last frame {:.1f} s ago", *age / 1000) : std::string("no frame yet");
}

// "10/s", "9.8/s of 10/s".
std::string rates_text(const Json& camera) {
  const std::string measured = rate_text(number_at(camera, "/rate_hz").value_or(0));
  const auto asked = number_at(camera, "/rate_asked_hz");
  return asked ? measured + " of " + rate_text(*asked) : measured;
}

void write_camera(Out out, const Json& camera) {
  fmt::format_to(out, "camera   {}: {}, {}, {}, ring {} of {} (most {}), restarts {}\n", text_at(camera, "/name"),
                 text_at(camera, "/state"), rates_text(camera), age_text(camera), count_at(camera, "/ring/used"),
                 count_at(camera, "/ring/slots"), count_at(camera, "/ring/highest"), count_at(camera, "/restarts"));
  for (const auto& line : ledger_text(camera)) fmt::format_to(out, "           {}\n", line);
  if (const auto error = text_at(camera, "/last_error"); !error.empty())
    fmt::format_to(out, "           last error: {}\n", error);
}

// An idle daemon has no plan.
void write_memory(Out out, const Json& status) {
  fmt::format_to(out, "memory   {}", bytes_at(status, "/memory/resident_bytes"));
  if (count_at(status, "/memory/budget_bytes") > 0)
    fmt::format_to(out, " of a budget of {}, {} planned", bytes_at(status, "/memory/budget_bytes"),
                   bytes_at(status, "/memory/planned_bytes"));
  fmt::format_to(out, "\n");
}

// The two ends of the forecast are told apart only where they differ much.
std::string forecast_text(const Json& status) {
  const auto hours = number_at(status, "/disk/hours_left");
  if (!hours) return {};
  const double least = number_at(status, "/disk/hours_left_least").value_or(*hours);
  if (least >= *hours * 0.8) return ", full in " + short_duration(*hours * 3600);
  return fmt::format(", full in {}, if it goes on as now in {}", short_duration(*hours * 3600),
                     short_duration(least * 3600));
}

void write_io(Out out, const Json& status, const char* name) {
  const std::string place = std::string("/disk/") + name;
  if (count_at(status, place + "/count") == 0) return;
  const auto ms = [&](const char* key) { return number_at(status, place + key).value_or(0) / 1000; };
  fmt::format_to(out, "           {:<5} last {:.1f} ms, mean {:.1f}, 99 of 100 within {:.1f}, longest {:.1f}\n", name,
                 ms("/last_us"), ms("/mean_us"), ms("/p99_us"), ms("/max_us"));
}

void write_disk_state(Out out, const Json& status) {
  if (value_at(status, "/disk/full") == Json(true)) {
    fmt::format_to(out,
                   "           nearly full: frames are dropped and rows go on, until more than the reserve of {} is "
                   "free; move sealed segments away\n",
                   disk_text(Bytes{count_at(status, "/disk/reserve_bytes")}));
  }
  if (const auto trouble = text_at(status, "/disk/trouble"); !trouble.empty())
    fmt::format_to(out, "           nothing can be written: {}\n", trouble);
  for (const auto& call : value_at(status, "/disk/blocked")) {
    fmt::format_to(out, "           does not answer: {} has waited {} for {} of {}\n", text_at(call, "/thread"),
                   short_duration(number_at(call, "/seconds").value_or(0)), text_at(call, "/operation"),
                   text_at(call, "/file"));
  }
  for (const char* name : {"write", "sync", "seal"}) write_io(out, status, name);
}

void write_disk(Out out, const Json& status) {
  if (!value_at(status, "/disk").is_object()) return;
  fmt::format_to(out, "disk     {} free, {}/s written", disk_text(Bytes{count_at(status, "/disk/free_bytes")}),
                 to_text(bytes_about(status, "/disk/written_bytes_per_s")));
  fmt::format_to(out, "{}", forecast_text(status));
  if (const auto stall = number_at(status, "/disk/stall_survived_s"))
    fmt::format_to(out, "; a stall of {:.1f} s is survived", *stall);
  fmt::format_to(out, "\n");
  write_disk_state(out, status);
}

void write_clock(Out out, const Json& status) {
  if (!value_at(status, "/clock").is_object()) return;
  const auto uncertainty = number_at(status, "/clock/uncertainty_s");
  if (value_at(status, "/clock/synchronised") == Json(true) && uncertainty) {
    fmt::format_to(out, "clock    right within {:.3g} ms\n", *uncertainty * 1000);
  } else {
    fmt::format_to(out, "clock    nobody sets it: it says {} and may be wrong\n", text_at(status, "/clock/utc"));
  }
}

// The flags that are raised; {flag: {"now", "since_boot"}}.
std::string raised_flags(const Json& flags, const char* when) {
  std::string names;
  if (!flags.is_object()) return names;
  for (const auto& [flag, states] : flags.items()) {
    if (value_at(states, std::string("/") + when) == Json(true)) names += (names.empty() ? "" : ", ") + flag;
  }
  return names;
}

void write_board(Out out, const Json& status) {
  for (const auto& sensor : value_at(status, "/board/temperatures")) {
    fmt::format_to(out, "board    {} {:.1f} degrees C\n", text_at(sensor, "/name"),
                   number_at(sensor, "/celsius").value_or(0));
  }
  for (const auto& group : value_at(status, "/board/processors")) {
    const double limit = number_at(group, "/limit_mhz").value_or(0), most = number_at(group, "/most_mhz").value_or(0);
    if (limit < most)
      fmt::format_to(out, "board    {} is held at {:.0f} of {:.0f} MHz\n", text_at(group, "/name"), limit, most);
  }
  const Json& flags = value_at(status, "/board/throttling");
  if (const auto now = raised_flags(flags, "now"); !now.empty()) fmt::format_to(out, "board    now: {}\n", now);
  if (const auto ever = raised_flags(flags, "since_boot"); !ever.empty())
    fmt::format_to(out, "board    since its start: {}\n", ever);
}

}  // namespace

std::string status_text(const Json& status) {
  std::string text;
  const Out out = std::back_inserter(text);
  fmt::format_to(out, "state    {}\n", text_at(status, "/state", "unknown"));
  if (const auto fault = text_at(status, "/fault"); !fault.empty()) fmt::format_to(out, "fault    {}\n", fault);
  fmt::format_to(out, "run      {}\n", text_at(status, "/run", "none"));
  fmt::format_to(out, "version  {}, up {}\n", text_at(status, "/version", "unknown"),
                 short_duration(number_at(status, "/uptime_s").value_or(0)));
  for (const auto& camera : value_at(status, "/cameras")) write_camera(out, camera);
  write_memory(out, status);
  write_disk(out, status);
  write_clock(out, status);
  write_board(out, status);
  return harmless_lines(text);
}

}  // namespace tarsier
