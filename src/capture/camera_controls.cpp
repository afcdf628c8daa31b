#include "capture/camera_controls.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "capture/gst_handles.hpp"
#include "capture/property.hpp"

namespace tarsier {
namespace {

Result<void> not_a_number(const std::string& name) { return misuse(fmt::format("{} takes a number", name)); }

// libcamera ignores an exposure or gain while its automatic is on; the switch was renamed in 0.5.
Result<void> take_manual(GstElement* element, const std::string& mode) {
  if (has_property(element, mode)) return set_property(element, mode, "manual");
  if (has_property(element, "ae-enable")) return set_property(element, "ae-enable", false);
  return {};
}

Result<void> set_manual(GstElement* element, const std::string& property, const Json& value) {
  auto set = set_property(element, property, value);
  if (!set) return set;
  return take_manual(element, property + "-mode");
}

// Argus' range properties are text: "low high".
Result<void> set_range(GstElement* element, const std::string& property, const Json& value) {
  if (!value.is_number()) return not_a_number(property);
  if (property == "gainrange") {
    return set_property(element, property, fmt::format("{0} {0}", value.get<double>()));
  }
  return set_property(element, property, fmt::format("{0} {0}", std::llround(value.get<double>() * 1000.0)));
}

Owned<GstStructure> current_controls(GstElement* element) {
  GstStructure* controls = nullptr;
  g_object_get(element, "extra-controls", &controls, nullptr);
  return Owned<GstStructure>(controls != nullptr ? controls : gst_structure_new_empty("controls"));
}

}  // namespace

Result<void> set_camera_property(GstElement* element, const std::string& property, const Json& value) {
  if (property == "num-buffers" && value == 0) return set_property(element, property, -1);
  if (property == "exposure-time" || property == "analogue-gain") return set_manual(element, property, value);
  if (property == "exposuretimerange" || property == "gainrange") {
    if (!has_property(element, property)) return set_property(element, property, value);
    return set_range(element, property, value);
  }
  return set_property(element, property, value);
}

Result<void> set_camera_control(GstElement* element, const std::string& control, const Json& value) {
  if (!has_property(element, "extra-controls")) {
    return misuse(fmt::format("{} has no controls", GST_OBJECT_NAME(gst_element_get_factory(element))));
  }
  if (!value.is_number()) return not_a_number(control);
  const bool exposure = control == "exposure_time_absolute";
  const double number = exposure ? std::fmax(1.0, value.get<double>() / 100.0) : value.get<double>();
  if (std::abs(number) > std::numeric_limits<gint>::max()) return misuse(fmt::format("{} is too large", control));
  const auto controls = current_controls(element);
  // The order of the fields is the order in which v4l2src sets them.
  if (exposure) gst_structure_set(controls.get(), "auto_exposure", G_TYPE_INT, 1, nullptr);
  gst_structure_set(controls.get(), control.c_str(), G_TYPE_INT, static_cast<gint>(std::lround(number)), nullptr);
  g_object_set(element, "extra-controls", controls.get(), nullptr);
  return {};
}

}  // namespace tarsier
