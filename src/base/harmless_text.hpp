// Text of somebody else's choice, made fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace tarsier {

// UTF-8 text in which each control character (C0, DEL, C1) is a '?': a terminal would obey it.
[[nodiscard]] std::string harmless_text(std::string_view text);

}  // namespace tarsier
