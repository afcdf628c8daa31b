#include <fmt/format.h>
#include <gst/gst.h>

#include <cstdlib>

#include "capture/camera.hpp"
#include "capture/gst_handles.hpp"

namespace tarsier {
Result<void> initialise_gstreamer() {
  if (gst_is_initialized()) return {};
  // v4l2src of GStreamer 1.22.0 loses file descriptors at each restart unless it drains its buffers.
  setenv("GST_V4L2_FORCE_DRAIN", "1", 0);
  // A plugin that crashes while it is scanned is the child's affair; our own crashes stay visible.
  gst_segtrap_set_enabled(FALSE);
  gst_registry_fork_set_enabled(TRUE);
  GError* error = nullptr;
  if (gst_init_check(nullptr, nullptr, &error)) return {};
  const Owned<GError> owned(error);
  return failure(fmt::format("GStreamer: {}; check the installation of libgstreamer1.0-0",
                             error != nullptr ? error->message : "cannot be initialised"));
}

std::string gstreamer_version() {
  guint major = 0, minor = 0, micro = 0, nano = 0;
  gst_version(&major, &minor, &micro, &nano);
  return fmt::format("{}.{}.{}", major, minor, micro);
}

}  // namespace tarsier
