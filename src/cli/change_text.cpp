#include "cli/change_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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
    fmt::format_to(std::back_inserter(text), "{:>5}  {}  {}\n", count_at(one, "/generation"),
                   harmless_text(text_at(one, "/utc")), harmless_text(text_at(one, "/origin")));
  return text;
}

}  // namespace tarsier
