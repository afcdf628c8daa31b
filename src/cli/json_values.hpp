// Reads values out of a document that somebody else wrote: what is missing or of another type is the fallback. And
// shows a whole one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/json.hpp"

namespace tarsier {

// `pointer` is a JSON pointer: "/memory/budget_bytes".
[[nodiscard]] const Json& value_at(const Json& document, std::string_view pointer);  // null where there is none
[[nodiscard]] std::optional<double> number_at(const Json& document, const std::string& pointer);
[[nodiscard]] std::uint64_t count_at(const Json& document, const std::string& pointer);  // fallback 0
// Of any number, a fraction too: cut to whole bytes, 0 at least.
[[nodiscard]] Bytes bytes_about(const Json& document, const std::string& pointer);
[[nodiscard]] std::string text_at(const Json& document, const std::string& pointer, const std::string& fallback = "");
// Sum of the counts of an object: {cause: n}.
[[nodiscard]] std::uint64_t sum_at(const Json& document, const std::string& pointer);

// On standard output, indented; what is not UTF-8 is replaced, and nothing in it moves a cursor.
void print_json(const Json& document);

}  // namespace tarsier
