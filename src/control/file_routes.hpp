// /v1/runs and the files below: listing, fetching, marking as fetched, deleting.
#pragma once

#include <memory>

#include "control/device_api.hpp"
#include "control/router.hpp"
#include "control/worker.hpp"

namespace tarsier {

// `device` outlives the router. What touches the disk is done by `worker`.
void add_file_routes(Router& router, DeviceApi& device, const std::shared_ptr<Worker>& worker);

}  // namespace tarsier
