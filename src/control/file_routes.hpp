// /v1/runs and the files below: listing, fetching, marking as fetched, deleting.
#pragma once

#include "control/device_api.hpp"
#include "control/router.hpp"

namespace tarsier {

// `device` outlives the router. What touches the disk is done on a thread of the routes' own.
void add_file_routes(Router& router, DeviceApi& device);

}  // namespace tarsier
