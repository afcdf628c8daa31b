// Turns HDF5's own error stack into our errors.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace tarsier {

// Stops HDF5 from printing on standard error in the calling thread. Cheap; call it before the first HDF5 call of a
// public function, because HDF5 keeps this setting for each thread.
void quiet_hdf5();

// "place: what HDF5 says happened, at its deepest level" from the calling thread's error stack, which is emptied.
[[nodiscard]] Error hdf5_error(std::string_view place);
[[nodiscard]] inline tl::unexpected<Error> hdf5_failure(std::string_view place) {
  return unexpected(hdf5_error(place));
}

}  // namespace tarsier
