// The ledger of a camera in words.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace tarsier {

// Sentences on one camera of a status document: what became of the frames that came, then for each cause that frames
// were dropped or missed for, how many, why, and what helps. "Nothing was dropped or missed." when that is so.
[[nodiscard]] std::vector<std::string> ledger_text(const Json& camera);

}  // namespace tarsier
