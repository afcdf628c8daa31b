// /v1/runs: beginning, ending and marking the present run.
#pragma once

#include "control/device_api.hpp"
#include "control/router.hpp"

namespace tarsier {

// `device` outlives the router. The files of runs are file_routes.hpp's.
void add_run_routes(Router& router, DeviceApi& device);

}  // namespace tarsier
