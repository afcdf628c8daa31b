// A status document as a table.
#pragma once

#include <string>

#include "base/json.hpp"

namespace tarsier {

// State and run, a line for each camera with its ledger below, memory, disk, clock and board. Nothing in it moves
// a cursor.
[[nodiscard]] std::string status_text(const Json& status);

}  // namespace tarsier
