// JSON that came over the network.
#pragma once

#include <string>

#include "base/json.hpp"

namespace tarsier {

// The document of an answer's text; what lies deeper than 64 levels in it is left out, for printing such a one would
// use up the stack. is_discarded(): it is no JSON.
[[nodiscard]] Json parse_answer(const std::string& text);

}  // namespace tarsier
