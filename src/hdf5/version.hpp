// Which HDF5 the program runs with.
#pragma once

#include <string>

namespace tarsier {

// "1.10.8": of the library that is loaded, not of the headers. Any thread.
[[nodiscard]] std::string hdf5_version();

}  // namespace tarsier
