// /v1/live: status and rows as they come, over a WebSocket.
#pragma once

#include "control/device_api.hpp"
#include "control/router.hpp"

namespace tarsier {

// `device` outlives the router.
void add_live_routes(Router& router, DeviceApi& device);

}  // namespace tarsier
