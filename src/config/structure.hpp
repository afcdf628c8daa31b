// The structural half of the strict parse: a document against a table of fields. Knows no rule between two fields.
#pragma once

#include <string>
#include <string_view>

#include "config/fields.hpp"
#include "config/parse.hpp"

namespace tarsier {

// `document` with defaults filled in, whole numbers as integers and relative paths resolved; where there are problems
// the value is missing (null in a list).
struct Structure {
  Json document;
  RigProblems problems;  // in the order of the walk
};

[[nodiscard]] Structure check_structure(const FieldTable& table, const Json& document, const ParseOptions& options);

// `pointer` with one more reference token, escaped (RFC 6901).
[[nodiscard]] std::string below(const std::string& pointer, std::string_view key);
[[nodiscard]] std::string below(const std::string& pointer, std::size_t index);

// Sorts by where in `document` the pointers lead; what is missing counts as its nearest parent that is there.
void sort_by_place(RigProblems& problems, const Json& document);

// More mistakes than this are not listed.
inline constexpr std::size_t most_problems = 1000;

}  // namespace tarsier
