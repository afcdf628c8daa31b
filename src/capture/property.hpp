// One property of one element, set from a JSON value with the property's own type, bounds and names.
#pragma once

#include <gst/gst.h>

#include <string>
#include <utility>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

[[nodiscard]] bool has_property(GstElement* element, const std::string& property);

// The error says which type, range or names the property takes.
[[nodiscard]] Result<void> set_property(GstElement* element, const std::string& property, const Json& value);

// `rate` as the fraction that cameras announce: 29.97 is 30000/1001, 12.5 is 25/2.
[[nodiscard]] std::pair<int, int> frame_rate_fraction(double rate);

}  // namespace tarsier
