// Versions of this program and of the libraries that made the data.
#pragma once

#include "base/json.hpp"

namespace tarsier {

// {"tarsier": "0.1.0", "gstreamer": "1.22.0", "hdf5": "1.10.8"}.
[[nodiscard]] Json versions();

}  // namespace tarsier
