// Texts and bytes as they may stand in a page, whatever they contain.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace tarsier {

// The text with & < > " ' written as entities, for the content of an element and for an attribute in quotes. Bytes that
// are no UTF-8 become the replacement character, control characters blanks.
[[nodiscard]] std::string html_text(std::string_view text);

// JSON that may stand inside a script element: no < and no line separators of JavaScript.
[[nodiscard]] std::string script_json(const Json& json);

// RFC 4648, with padding.
[[nodiscard]] std::string base64(std::span<const std::byte> bytes);
template <typename Number>
[[nodiscard]] std::string base64_of(const std::vector<Number>& numbers) {
  return base64(std::as_bytes(std::span(numbers)));
}

// The template with each {{name}} replaced by its value, as it is; values are not looked into. Names that are not in
// `values` stay.
[[nodiscard]] std::string fill_template(std::string_view text, const std::map<std::string, std::string>& values);

}  // namespace tarsier
