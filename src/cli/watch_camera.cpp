#include "cli/watch_camera.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "cli/json_values.hpp"
#include "cli/sparkline.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

constexpr std::size_t longest_name = 16, least_spark = 16, most_spark = 60;
constexpr double uneasy_share = 0.75, late_ms = 3000;

Style state_style(const std::string& state) {
  if (state == "running") return Style::good;
  return state == "failed" || state == "backoff" ? Style::bad : Style::warning;
}

std::vector<StyledSpan> pace(const Json& camera) {
  const double asked_hz = number_at(camera, "/rate_asked_hz").value_or(0);
  const auto rate = rate_text(number_at(camera, "/rate_hz").value_or(0));
  const auto age_ms = number_at(camera, "/last_frame_age_ms");
  std::vector<StyledSpan> pieces = {{text_at(camera, "/state", "unknown"), state_style(text_at(camera, "/state"))},
                                    {asked_hz > 0 ? fmt::format("{} of {} asked", rate, rate_text(asked_hz)) : rate}};
  if (age_ms) {
    pieces.push_back({fmt::format("last frame {:.1f} s ago", *age_ms / 1000),
                      *age_ms > late_ms && *age_ms > 3000 / std::max(asked_hz, 0.001) ? Style::bad : Style::plain});
  } else {
    pieces.push_back({"no frame yet", Style::warning});
  }
  if (const auto restarts = count_at(camera, "/restarts"); restarts > 0)
    pieces.push_back({counted(restarts, "restart"), Style::warning});
  return pieces;
}

void add_losses(const Json& camera, const std::string& kind, Style style, std::vector<StyledSpan>& pieces) {
  const auto sum = sum_at(camera, "/ledger/" + kind);
  auto text = fmt::format("{} {}", grouped(sum), kind);
  std::string causes;
  const auto& ledger = value_at(camera, "/ledger/" + kind);
  if (ledger.is_object())
    for (const auto& [cause, count] : ledger.items())
      if (count != 0) causes += fmt::format("{}{} {}", causes.empty() ? "" : ", ", grouped(count_at(count, "")), cause);
  if (!causes.empty()) text += " (" + causes + ")";
  pieces.push_back({text, sum > 0 ? style : Style::plain});
}

std::vector<StyledSpan> ledger_pieces(const Json& camera) {
  std::vector<StyledSpan> pieces = {{grouped(count_at(camera, "/ledger/delivered")) + " received"}};
  if (const auto stored = count_at(camera, "/ledger/stored"); stored > 0)
    pieces.push_back({grouped(stored) + " stored"});
  if (const auto rows = count_at(camera, "/ledger/reduced_only"); rows > 0)
    pieces.push_back({grouped(rows) + " as rows alone"});
  if (const auto skipped = sum_at(camera, "/ledger/skipped"); skipped > 0)
    pieces.push_back({grouped(skipped) + " between samples"});
  add_losses(camera, "dropped", Style::bad, pieces);
  add_losses(camera, "missed", Style::warning, pieces);
  return pieces;
}

StyledLine ring_line(const Json& camera, bool unicode) {
  const auto slots = count_at(camera, "/ring/slots");
  const auto used = count_at(camera, "/ring/used");
  const double share = slots > 0 ? static_cast<double>(used) / static_cast<double>(slots) : 0;
  return {{"    ring     ", Style::quiet},
          {gauge(share, gauge_width, unicode), share >= 1             ? Style::bad
                                               : share > uneasy_share ? Style::warning
                                                                      : Style::bar},
          {fmt::format("  {} of {} slots, most {}", used, slots, count_at(camera, "/ring/highest"))}};
}

double largest_of(const std::vector<RegionActivity>& regions, std::size_t width) {
  double largest = 0;
  for (const auto& region : regions) {
    const auto shown = std::min(width, region.values.size());
    for (auto value = region.values.end() - static_cast<std::ptrdiff_t>(shown); value != region.values.end(); ++value)
      largest = std::max(largest, value->value_or(0));
  }
  return largest;
}

}  // namespace

std::vector<StyledLine> camera_lines(const Json& camera, bool chosen, bool unicode, std::size_t columns) {
  const std::string_view separator = unicode ? " · " : ", ";
  const std::string_view mark = chosen ? (unicode ? "▸ " : "> ") : "  ";
  const StyledSpan head{fmt::format(" {}{}  ", mark, text_at(camera, "/name", "?")), Style::strong};
  auto lines = flowed(head, pace(camera), separator, columns);
  for (auto& line : flowed({"    frames   ", Style::quiet}, ledger_pieces(camera), separator, columns))
    lines.push_back(std::move(line));
  lines.push_back(ring_line(camera, unicode));
  return lines;
}

std::vector<StyledLine> stage_lines(const Json& camera) {
  constexpr std::array<const char*, 4> stages = {"convert", "reduce", "encode", "write"};
  struct Figure {
    const char* title;
    const char* key;
  };
  std::vector<StyledLine> lines = {{{"    stages   ", Style::quiet}}};
  for (const char* stage : stages) lines[0].push_back({fmt::format("{:>9}", stage), Style::quiet});
  for (const Figure& figure :
       {Figure{"mean", "/mean_us"}, Figure{"99 of 100", "/p99_us"}, Figure{"longest", "/max_us"}}) {
    StyledLine line = {{fmt::format("    {:<9}", figure.title), Style::quiet}};
    for (const char* stage : stages) {
      const auto microseconds = number_at(camera, fmt::format("/stages/{}{}", stage, figure.key)).value_or(0);
      line.push_back({fmt::format("{:>9.2f}", microseconds / 1000)});
    }
    line.push_back({" ms", Style::quiet});
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<StyledLine> activity_lines(const std::vector<RegionActivity>& regions, bool unicode, std::size_t columns) {
  constexpr std::size_t indent = 4, number_width = 7, gaps = 4;
  if (regions.empty()) return {};
  std::size_t name_width = 0;
  for (const auto& region : regions) name_width = std::max(name_width, std::min(text_width(region.name), longest_name));
  const auto fixed = name_width + number_width + gaps;
  const auto room = columns > indent ? columns - indent : 0;
  const auto across =
      std::clamp<std::size_t>(room / (fixed + least_spark), 1, std::max<std::size_t>(regions.size(), 1));
  const auto cell = room / across;
  const auto spark = std::clamp<std::size_t>(cell > fixed ? cell - fixed : 1, 1, most_spark);
  const double largest = largest_of(regions, spark);
  std::vector<StyledLine> lines = {{{"    activity ", Style::quiet},
                                    {fmt::format("sum of differences, full height {}", rough(largest)), Style::quiet}}};
  for (std::size_t i = 0; i < regions.size(); ++i) {
    if (i % across == 0) lines.push_back({{std::string(indent, ' ')}});
    const auto& values = regions[i].values;
    const auto newest = values.empty() || !values.back() ? std::string("-") : rough(*values.back());
    lines.back().push_back({padded(cut(regions[i].name, longest_name), name_width) + " "});
    lines.back().push_back({sparkline(values, largest, spark, unicode), Style::bar});
    lines.back().push_back({fmt::format(" {:<{}}  ", newest, number_width)});
  }
  return lines;
}

}  // namespace tarsier
