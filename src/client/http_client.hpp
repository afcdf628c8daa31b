// Asks a device one thing over HTTP.
#pragma once

#include <chrono>
#include <string>

#include "base/host_port.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

// GET of `path` from the daemon at `address`, within `timeout` from the first packet to the last byte; blocks.
// Responses of up to 16 MiB. An answer other than 2xx is an error that carries the daemon's own words.
[[nodiscard]] Result<Json> get_json(const HostPort& address, const std::string& path,
                                    std::chrono::milliseconds timeout = std::chrono::seconds(5));

}  // namespace tarsier
