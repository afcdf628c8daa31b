#include "cli/change_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/bytes.hpp"
#include "base/harmless_text.hpp"
#include "cli/json_values.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

constexpr std::size_t longest_value = 60;

std::string value_text(const Json& value) {
  if (value.is_null()) return "(not set)";
  const auto text = harmless_text(value.dump(-1, ' ', false, Json::error_handler_t::replace));
  return text_width(text) > longest_value ? cut(text, longest_value - 3) + "..." : text;
}

std::string in_colour(const char* colour, const std::string& text, bool coloured) {
  return coloured ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : text;
}

// ": /store/segment_s, /cameras/0/slots and 3 more"; empty: the device doesn't say, or nothing changed.
std::string changed_places(const Json& generation) {
  constexpr std::size_t most = 3;
  std::string text;
  std::size_t shown = 0;
  for (const auto& place : value_at(generation, "/changed")) {
    if (shown == most) break;
    text += (shown++ == 0 ? ": " : ", ") + harmless_text(text_at(place, ""));
  }
  const auto all = count_at(generation, "/changes");
  return shown > 0 && all > shown ? fmt::format("{} and {} more", text, all - shown) : text;
}

}  // namespace

std::string_view when_it_acts(std::string_view field_class) {
  if (field_class == "live") return "at the next frame";
  if (field_class == "segment") return "in a new segment";
  if (field_class == "arm") return "when the next run starts";
  if (field_class == "local") return "when the next run starts; only from the device itself";
  return "";
}

std::string changes_text(const Json& changes, bool coloured) {
  std::size_t width = 0;
  for (const auto& change : changes) width = std::max(width, text_width(text_at(change, "/pointer")));
  std::string text;
  for (const auto& change : changes) {
    const auto pointer = harmless_text(text_at(change, "/pointer"));
    fmt::format_to(std::back_inserter(text), "{}  {} -> {}  {}\n", padded(pointer, width),
                   in_colour("31", value_text(value_at(change, "/from")), coloured),
                   in_colour("32", value_text(value_at(change, "/to")), coloured),
                   in_colour("2", fmt::format("({})", when_it_acts(text_at(change, "/class"))), coloured));
  }
  return text;
}

std::string history_text(const Json& history) {
  std::string text;
  for (const auto& one : history)
    fmt::format_to(std::back_inserter(text), "{:>5}  {}  {}{}\n", count_at(one, "/generation"),
                   harmless_text(text_at(one, "/utc")), harmless_text(text_at(one, "/origin")), changed_places(one));
  return text;
}

std::string plan_text(const Json& plan) {
  if (!plan.is_object()) return {};
  return fmt::format("memory: {} planned of a budget of {}\n", to_text(Bytes{count_at(plan, "/planned_bytes")}),
                     to_text(Bytes{count_at(plan, "/budget_bytes")}));
}

}  // namespace tarsier
