// All that the device answers, in one table.
#pragma once

#include "control/device_api.hpp"
#include "control/router.hpp"

namespace tarsier {

// `device` outlives the router.
[[nodiscard]] Router control_routes(DeviceApi& device);

}  // namespace tarsier
