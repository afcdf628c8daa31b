// /v1/config: the rig, its changes, its history.
#pragma once

#include <memory>

#include "control/device_api.hpp"
#include "control/router.hpp"
#include "control/worker.hpp"

namespace tarsier {

// `device` outlives the router. Rigs and patches are parsed by `worker`: a large one takes 20 ms and more.
void add_config_routes(Router& router, DeviceApi& device, const std::shared_ptr<Worker>& worker);

// What the device says to a change, as a response: 200 with the generation as ETag; 412 stale; 422 with all problems of
// the document; 403 fields of class `local`; 409 fields of class `arm`; 503 otherwise.
[[nodiscard]] Response to_response(const ConfigAnswer& answer, bool dry_run, const std::string& path);

}  // namespace tarsier
