#include "cli/watch_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "cli/json_values.hpp"
#include "cli/sparkline.hpp"
#include "cli/status_problems.hpp"
#include "cli/text.hpp"
#include "cli/watch_camera.hpp"

namespace tarsier {
namespace {

using Lines = std::vector<StyledLine>;

void append(Lines& lines, Lines more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// A text at the left end and one at the right of a line of that width.
StyledLine banner(const std::string& left, const std::string& right, std::size_t columns) {
  const auto room = columns > text_width(right) ? columns - text_width(right) : 0;
  return {{padded(cut(left, room), room) + right, Style::banner}};
}

StyledLine head_line(const WatchState& state, std::size_t columns) {
  const auto recorded = text_at(state.status, "/state", "not known yet");
  return banner(fmt::format(" tarsier  {}  {}", state.device, recorded), state.clock + " ", columns);
}

StyledLine foot_line(const WatchChoice& choice, std::size_t scrolled, std::size_t hidden, std::size_t columns) {
  const auto more = hidden > 0 ? fmt::format("{} more below ", hidden) : scrolled > 0 ? std::string("end ") : "";
  const auto keys = choice.unicode ? " q quit   tab camera   ↑↓ scroll" : " q quit   tab camera   up/down scroll";
  return banner(keys, more, columns);
}

Lines silence_lines(const WatchState& state, std::size_t columns) {
  Lines lines;
  if (!state.silent_s) return lines;
  lines.push_back({{fmt::format(" no answer since {:.0f} s; trying again", *state.silent_s), Style::bad}});
  for (const auto& line : wrapped(state.trouble, columns > 4 ? columns - 4 : 1))
    lines.push_back({{"   " + line, Style::quiet}});
  if (!state.status.is_null()) lines.push_back({{"   what follows is what it said last", Style::quiet}});
  lines.emplace_back();
  return lines;
}

Lines problem_lines(const Json& status, const WatchChoice& choice, std::size_t columns) {
  Lines lines;
  const auto problems = status_problems(status);
  if (problems.empty()) return {{{choice.unicode ? " ✓ nothing is wrong" : " nothing is wrong", Style::good}}};
  for (const auto& problem : problems) {
    std::string mark = " ! ";
    for (const auto& line : wrapped(problem.text, columns > 4 ? columns - 4 : 1)) {
      lines.push_back({{mark + line, problem.urgent ? Style::bad : Style::warning}});
      mark = "   ";
    }
  }
  return lines;
}

Lines memory_lines(const Json& status, const WatchChoice& choice, std::size_t columns) {
  const auto budget = count_at(status, "/memory/budget_bytes");
  const auto resident = count_at(status, "/memory/resident_bytes");
  std::vector<StyledSpan> pieces;
  if (budget > 0) {
    const double share = static_cast<double>(resident) / static_cast<double>(budget);
    pieces.push_back({gauge(share, gauge_width, choice.unicode), share > 1 ? Style::bad : Style::bar});
    pieces.push_back({fmt::format("{} of {}", to_text(Bytes{resident}), to_text(Bytes{budget}))});
    pieces.push_back({fmt::format("{} planned", to_text(Bytes{count_at(status, "/memory/planned_bytes")}))});
  } else {
    pieces.push_back({to_text(Bytes{resident}) + ", nothing is planned"});
  }
  return flowed({" memory      ", Style::quiet}, pieces, "  ", columns);
}

Lines disk_lines(const Json& status, std::size_t columns) {
  if (!value_at(status, "/disk").is_object()) return {};
  std::vector<StyledSpan> pieces = {{disk_text(Bytes{count_at(status, "/disk/free_bytes")}) + " free"},
                                    {to_text(bytes_about(status, "/disk/written_bytes_per_s")) + "/s written"}};
  if (const auto hours = number_at(status, "/disk/hours_left"))
    pieces.push_back({"full in " + short_duration(*hours * 3600), *hours < 24 ? Style::warning : Style::plain});
  if (const auto stall = number_at(status, "/disk/stall_survived_s"))
    pieces.push_back({fmt::format("a stall of {:.1f} s is survived", *stall)});
  return flowed({" disk        ", Style::quiet}, pieces, ", ", columns);
}

// The clock, and how warm the board is.
Lines board_lines(const Json& status, const WatchChoice& choice, std::size_t columns) {
  std::vector<StyledSpan> pieces;
  const auto uncertainty = number_at(status, "/clock/uncertainty_s");
  if (value_at(status, "/clock/synchronised") == true && uncertainty)
    pieces.push_back({fmt::format("clock right within {:.3g} ms", *uncertainty * 1000)});
  for (const auto& sensor : value_at(status, "/board/temperatures"))
    pieces.push_back({fmt::format("{} {:.1f} {}C", text_at(sensor, "/name"), number_at(sensor, "/celsius").value_or(0),
                                  choice.unicode ? "°" : "degrees ")});
  if (pieces.empty()) return {};
  return flowed({" board       ", Style::quiet}, pieces, ", ", columns);
}

Lines cameras_lines(const WatchState& state, const WatchChoice& choice, std::size_t columns) {
  Lines lines;
  const auto& cameras = value_at(state.status, "/cameras");
  const std::size_t chosen = cameras.empty() ? 0 : choice.camera % cameras.size();
  std::size_t at = 0;
  for (const auto& camera : cameras) {
    const bool shown = at++ == chosen;
    append(lines, camera_lines(camera, shown && cameras.size() > 1, choice.unicode, columns));
    if (shown) append(lines, stage_lines(camera));
    if (shown) append(lines, activity_lines(state.activity, choice.unicode, columns));
    lines.emplace_back();
  }
  return lines;
}

Lines body(const WatchState& state, const WatchChoice& choice, std::size_t columns) {
  Lines lines = silence_lines(state, columns);
  if (state.status.is_null()) return lines;
  lines.push_back({{" run         ", Style::quiet}, {text_at(state.status, "/run", "none"), Style::strong}});
  lines.push_back({{" up          ", Style::quiet},
                   {fmt::format("{}, version {}", short_duration(number_at(state.status, "/uptime_s").value_or(0)),
                                text_at(state.status, "/version", "unknown"))}});
  append(lines, memory_lines(state.status, choice, columns));
  append(lines, disk_lines(state.status, columns));
  append(lines, board_lines(state.status, choice, columns));
  lines.emplace_back();
  append(lines, problem_lines(state.status, choice, columns));
  lines.emplace_back();
  append(lines, cameras_lines(state, choice, columns));
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

WatchView watch_view(const WatchState& state, const WatchChoice& choice, ScreenSize size) {
  const Lines all = body(state, choice, size.columns);
  const auto room = size.rows > 2 ? size.rows - 2 : 0;
  const auto scrolled = std::min(choice.scrolled, all.size() > room ? all.size() - room : 0);
  const auto shown = std::min(room, all.size() - scrolled);
  WatchView view{{head_line(state, size.columns)}, scrolled};
  for (std::size_t i = 0; i < room; ++i) view.lines.push_back(i < shown ? all[scrolled + i] : StyledLine{});
  view.lines.push_back(foot_line(choice, scrolled, all.size() - scrolled - shown, size.columns));
  view.lines.resize(size.rows);
  for (auto& line : view.lines) line = fitted(line, size.columns, choice.unicode);
  return view;
}

}  // namespace tarsier
