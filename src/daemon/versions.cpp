#include "daemon/versions.hpp"

#include "capture/camera.hpp"
#include "hdf5/version.hpp"

namespace tarsier {

Json versions() { return {{"tarsier", TARSIER_VERSION}, {"gstreamer", gstreamer_version()}, {"hdf5", hdf5_version()}}; }

}  // namespace tarsier
