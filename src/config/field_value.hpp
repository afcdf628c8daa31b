// Checks of single values against their field: type, range, choices, form. Pure; any thread; allocates.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/fields.hpp"

namespace tarsier {

// The value as the product holds it (10.0 of an integer field becomes 10), or none when the field does not accept it.
// For fields without children.
[[nodiscard]] std::optional<Json> accepted(const Field& field, const Json& value);

// "2 is not allowed; expected an integer from 4 to 4096".
[[nodiscard]] std::string refusal(const Field& field, const Json& value);

// Whether `key` may be a key of a map: 1 to 64 characters, none of them control characters.
[[nodiscard]] bool is_map_key(std::string_view key);
[[nodiscard]] bool has_control_characters(std::string_view text);
// Whether the regular expression (ECMAScript) finds itself in `text`, which must be short.
[[nodiscard]] bool matches(std::string_view text, const std::string& expression);

// The value for a program, where it is a number, a truth value, null or a text of at most 256 bytes.
[[nodiscard]] std::optional<Json> short_value(const Json& value);
// The value for a message: JSON, cut after 60 bytes.
[[nodiscard]] std::string shown(const Json& value);

}  // namespace tarsier
