// All that the device answers, in one place.
#pragma once

#include <functional>

#include "base/json.hpp"
#include "control/router.hpp"

namespace tarsier {

// GET /v1/status: the document of `status`. GET /healthz: {"state": its state}, 503 when that is "faulted". `status` is
// called on the server's thread, once a request.
[[nodiscard]] Router control_routes(std::function<Json()> status);

}  // namespace tarsier
