// Rows as JSON and as CSV.
#pragma once

#include <string>

#include "base/json.hpp"
#include "control/device_api.hpp"

namespace tarsier {

// {camera, regions: names, oldest_id, more, rows: [{frame_id, ..., regions: [{...}]}]}. Unknown numbers are null.
[[nodiscard]] Json rows_json(const std::string& camera, const RowsPage& page);

// A line of names, then a line a row (RFC 4180, lines end in CR LF); the columns of a region are "NAME.abs_diff_sum"
// and so on. Unknown numbers are empty.
[[nodiscard]] std::string rows_csv(const RowsPage& page);

}  // namespace tarsier
