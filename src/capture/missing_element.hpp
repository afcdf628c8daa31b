// What to install when an element or a decoder is not there.
#pragma once

#include <string>
#include <string_view>

#include "capture/gst_handles.hpp"

namespace tarsier {

// "install the Debian package gstreamer1.0-plugins-good".
[[nodiscard]] std::string remedy_for_element(std::string_view element);
// "no element v4l2src; install ...": one clause for each element that a parse missed. Empty: none was.
[[nodiscard]] std::string missing_elements(const GstParseContext* context);
// The same for an element message of type missing-plugin; empty for others.
[[nodiscard]] std::string missing_plugin(GstMessage* message);

}  // namespace tarsier
