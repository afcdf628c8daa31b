#include "control/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace tarsier {
namespace {

using Segments = std::vector<std::string_view>;

Segments split(std::string_view text, char separator) {
  Segments parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_utf8(const std::string& text) {
  try {
    const auto dumped = Json(text).dump();
    return !dumped.empty();
  } catch (const Json::exception&) {
    return false;
  }
}

// A segment of a request's path, decoded; none where it is malformed.
std::optional<std::string> decoded_segment(std::string_view segment) {
  auto decoded = percent_decoded(segment);
  if (decoded && decoded->find('/') != std::string::npos) return std::nullopt;
  return decoded;
}

// "{path...}" takes what the segments behind it leave.
PathMatch match_rest(std::span<const std::string_view> wanted, std::span<const std::string_view> given,
                     PathParameters& parameters) {
  const auto behind = wanted.size() - 1;
  if (given.size() <= behind) return PathMatch::no;
  const auto taken = given.first(given.size() - behind);
  if (!std::equal(wanted.begin() + 1, wanted.end(), given.begin() + static_cast<std::ptrdiff_t>(taken.size())))
    return PathMatch::no;
  std::string whole;
  for (const auto segment : taken) {
    const auto decoded = decoded_segment(segment);
    if (!decoded) return PathMatch::malformed;
    whole += (whole.empty() ? "" : "/") + *decoded;
  }
  if (whole.empty()) return PathMatch::no;
  parameters[std::string(wanted[0].substr(1, wanted[0].size() - 5))] = whole;
  return PathMatch::yes;
}

template <typename Number>
std::optional<Json> number_from(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Json(value);
}

std::optional<Json> value_from(const std::string& text, const std::string& type) {
  if (type == "integer") return number_from<std::uint64_t>(text);
  if (type == "number") return number_from<double>(text);
  if (type == "string") return Json(text);
  if (text == "1" || text == "true") return Json(true);
  if (text == "0" || text == "false") return Json(false);
  return std::nullopt;
}

bool within(const Json& value, const Json& schema) {
  if (value.is_number() && !(value.get<double>() >= schema.value("minimum", -1e300) &&
                             value.get<double>() <= schema.value("maximum", 1e300)))
    return false;
  const auto allowed = schema.find("enum");
  return allowed == schema.end() || std::find(allowed->begin(), allowed->end(), value) != allowed->end();
}

// "an integer from 1 to 8192", "one of mean, max".
std::string words_for(const Json& schema) {
  if (schema.contains("enum")) {
    std::string list;
    for (const auto& one : schema["enum"]) list += (list.empty() ? "" : ", ") + one.get<std::string>();
    return "one of " + list;
  }
  const auto type = schema.at("type").get<std::string>();
  if (type == "boolean") return "0 or 1";
  std::string words = (type == "integer" ? "an " : "a ") + type;
  if (schema.contains("minimum")) words += " from " + schema["minimum"].dump();
  if (schema.contains("maximum")) words += " to " + schema["maximum"].dump();
  return words;
}

std::string names_of(const std::vector<QueryParameter>& table) {
  std::string names;
  for (const auto& parameter : table) names += (names.empty() ? "" : ", ") + parameter.name;
  return names.empty() ? "none is known here" : "known here: " + names;
}

std::optional<std::string> query_decoded(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decoded(spaced);
}

// Adds one "name=value" to `arguments`; the error otherwise.
std::optional<std::string> add_argument(std::string_view pair, const std::vector<QueryParameter>& table,
                                        Json& arguments) {
  const auto equals = pair.find('=');
  const auto name = query_decoded(pair.substr(0, equals));
  const auto text = query_decoded(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
  if (!name || !text) return "the query is not percent-coded UTF-8";
  const auto known =
      std::find_if(table.begin(), table.end(), [&](const QueryParameter& one) { return one.name == *name; });
  if (known == table.end()) return fmt::format("{}: unknown parameter; {}", *name, names_of(table));
  if (arguments.contains(*name)) return *name + ": given twice";
  const auto value = value_from(*text, known->schema.at("type").get<std::string>());
  if (!value || !within(*value, known->schema)) {
    return fmt::format("{}: \"{}\" is not {}", *name, *text, words_for(known->schema));
  }
  arguments[*name] = *value;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '%') {
      const auto digits = text.substr(i + 1, 2);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
      if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) return std::nullopt;
      i += 2;
    }
    if (byte == 0) return std::nullopt;
    decoded.push_back(static_cast<char>(byte));
  }
  return is_utf8(decoded) ? std::optional(decoded) : std::nullopt;
}

PathMatch match_path(std::string_view path_template, std::string_view path, PathParameters& parameters) {
  parameters.clear();
  const Segments wanted = split(path_template, '/');
  const Segments given = split(path, '/');
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= given.size()) return PathMatch::no;
    if (wanted[i].ends_with("...}"))
      return match_rest(std::span(wanted).subspan(i), std::span(given).subspan(i), parameters);
    if (!wanted[i].starts_with('{')) {
      if (wanted[i] != given[i]) return PathMatch::no;
      continue;
    }
    if (given[i].empty()) return PathMatch::no;
    const auto decoded = decoded_segment(given[i]);
    if (!decoded) return PathMatch::malformed;
    parameters[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = *decoded;
  }
  return wanted.size() == given.size() ? PathMatch::yes : PathMatch::no;
}

Result<Json> parse_query(std::string_view query, const std::vector<QueryParameter>& table) {
  Json arguments = Json::object();
  for (const auto pair : split(query, '&')) {
    if (pair.empty()) continue;
    if (auto wrong = add_argument(pair, table, arguments)) return misuse(std::move(*wrong));
  }
  for (const auto& parameter : table) {
    if (!arguments.contains(parameter.name) && parameter.schema.contains("default"))
      arguments[parameter.name] = parameter.schema["default"];
  }
  return arguments;
}

}  // namespace tarsier
