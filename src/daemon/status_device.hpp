// A device that tells its status and does nothing else: of a process whose run is all that it has.
#pragma once

#include <functional>

#include "control/device_api.hpp"

namespace tarsier {

// `status` is called on the server's thread, once a request. Everything else is refused with 503.
[[nodiscard]] std::unique_ptr<DeviceApi> status_device(std::function<Json()> status);

}  // namespace tarsier
