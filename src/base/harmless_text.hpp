// Text of somebody else's choice, made fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace tarsier {

// UTF-8 text in which each control character (C0, DEL, C1) is a '?': a terminal would obey it.
[[nodiscard]] std::string harmless_text(std::string_view text);
// The same, but ends of lines stay.
[[nodiscard]] std::string harmless_lines(std::string_view text);
// JSON as it was dumped: the control characters that may stand in it as they are (DEL, C1) become \u escapes, so that
// it means the same.
[[nodiscard]] std::string harmless_json(std::string_view dumped);

}  // namespace tarsier
