// The status as Prometheus reads it.
#pragma once

#include <string>

#include "base/json.hpp"

namespace tarsier {

// Text exposition format 0.0.4 of a status document. What the document does not have is left out.
[[nodiscard]] std::string metrics_text(const Json& status);

}  // namespace tarsier
