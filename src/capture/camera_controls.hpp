// Settings whose unit or meaning in a driver differs from the rig's: the few that no table of names can express.
#pragma once

#include <gst/gst.h>

#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

// Sets `property` of `element` from the rig's value:
//   num-buffers        0 is endless
//   exposure-time      us; also puts libcamera's exposure under manual control, in the way of its version
//   analogue-gain      likewise
//   exposuretimerange  us; Argus takes a range in ns, here of one value
//   gainrange          likewise, a factor
//   framerate          of a source without caps: frames/s
[[nodiscard]] Result<void> set_camera_property(GstElement* element, const std::string& property, const Json& value);

// Sets the field `control` of v4l2src's extra-controls, an integer. exposure_time_absolute is given in us (the kernel
// counts 100 us) and switches automatic exposure off first.
[[nodiscard]] Result<void> set_camera_control(GstElement* element, const std::string& control, const Json& value);

}  // namespace tarsier
