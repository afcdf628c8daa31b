// The target of a request: percent coding, path templates, queries.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "control/message.hpp"
#include "control/route.hpp"

namespace tarsier {

// "caf%C3%A9" to "café". None: a percent sign without two digits, a zero byte, or what is not UTF-8 afterwards.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

using PathParameters = std::map<std::string, std::string>;

enum class PathMatch { no, yes, malformed };  // malformed: it would be that path if its coding were right

// Compares a path with a template and fills in `parameters`, decoded. A segment that holds a coded slash is malformed.
[[nodiscard]] PathMatch match_path(std::string_view path_template, std::string_view path, PathParameters& parameters);

// The values of `query` by the table, with defaults; an error says which is unknown, given twice or out of range.
[[nodiscard]] Result<Json> parse_query(std::string_view query, const std::vector<QueryParameter>& table);

}  // namespace tarsier
