// Every field of the status document, with its meaning: what docs/status.md is made from.
#pragma once

#include <span>
#include <string>

namespace tarsier {

struct StatusField {
  const char* pattern;  // a JSON pointer, `*` for each element of a list
  const char* type;     // "integer", "number", "string" or "boolean"; with " or null" where it may be unknown
  const char* unit;     // empty: none
  const char* meaning;
  const char* when = "always";  // empty list or absent else
};

// In the order of the page. Lists and objects on the way to a field are not named by themselves.
[[nodiscard]] std::span<const StatusField> status_fields();

// docs/status.md.
[[nodiscard]] std::string status_reference();

}  // namespace tarsier
