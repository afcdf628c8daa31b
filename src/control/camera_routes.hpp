// /v1/cameras: the latest rows and images.
#pragma once

#include "control/device_api.hpp"
#include "control/router.hpp"

namespace tarsier {

// The most numbers that one answer with rows holds: rows times regions.
inline constexpr std::size_t most_row_cells = 16384;

// `device` outlives the router.
void add_camera_routes(Router& router, DeviceApi& device);

// At most `limit` rows, and fewer where there are many regions, so that the answer stays small.
[[nodiscard]] RowsPage bounded_rows(DeviceApi& device, const std::string& camera, std::optional<std::uint64_t> since_id,
                                    std::size_t limit);

}  // namespace tarsier
