#include "capture/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/credentials.hpp"
#include "base/file_operations.hpp"
#include "capture/camera_controls.hpp"
#include "capture/gst_handles.hpp"
#include "capture/property.hpp"
#include "capture/stream_shape.hpp"

namespace tarsier {
namespace {

struct Target {
  std::string element;
  std::string group;  // "caps", "controls" or empty: a property
  std::string name;
};

Target target_of(const std::string& sets) {
  const auto first = sets.find('.');
  const auto second = sets.find('.', first + 1);
  if (first == std::string::npos) return {sets, "", ""};
  if (second == std::string::npos) return {sets.substr(0, first), "", sets.substr(first + 1)};
  return {sets.substr(0, first), sets.substr(first + 1, second - first - 1), sets.substr(second + 1)};
}

// A filter of several media types keeps the one that has formats of this kind.
void keep_media_type(GstCaps* caps, const char* media_type) {
  for (guint index = gst_caps_get_size(caps); index-- > 0;) {
    GstStructure* structure = gst_caps_get_structure(caps, index);
    if (gst_caps_get_size(caps) > 1 && !gst_structure_has_name(structure, media_type)) {
      gst_caps_remove_structure(caps, index);
    } else {
      gst_structure_set_name(structure, media_type);
    }
  }
}

void set_format(GstCaps* caps, const std::string& format) {
  keep_media_type(caps, is_bayer_format(format) ? "video/x-bayer" : "video/x-raw");
  gst_caps_set_simple(caps, "format", G_TYPE_STRING, format.c_str(), nullptr);
}

Result<void> fill_caps(GstCaps* caps, const std::string& field, const Json& value) {
  if (value.is_string() && field == "format") {
    set_format(caps, value.get<std::string>());
  } else if (value.is_number() && field == "framerate") {
    if (!(value.get<double>() > 0)) return misuse("a frame rate is above 0");
    const auto [numerator, denominator] = frame_rate_fraction(value.get<double>());
    gst_caps_set_simple(caps, "framerate", GST_TYPE_FRACTION, numerator, denominator, nullptr);
  } else if (value.is_number_integer() && (field == "width" || field == "height")) {
    const auto size = value.get<std::int64_t>();
    if (size < 1 || size > 65535) return misuse("a size is 1 to 65535 pixels");
    gst_caps_set_simple(caps, field.c_str(), G_TYPE_INT, static_cast<gint>(size), nullptr);
  } else {
    return misuse(fmt::format("the caps have no field {} of this type", field));
  }
  return {};
}

Result<void> set_caps_field(GstElement* element, const std::string& field, const Json& value) {
  if (!has_property(element, "caps")) return failure("the element has no caps; correct the pipeline's \"sets\"");
  GstCaps* current = nullptr;
  g_object_get(element, "caps", &current, nullptr);
  const Owned<GstCaps> caps(
      gst_caps_make_writable(current != nullptr ? current : gst_caps_new_empty_simple("video/x-raw")));
  auto filled = fill_caps(caps.get(), field, value);
  if (filled) g_object_set(element, "caps", caps.get(), nullptr);
  return filled;
}

Result<void> set_target(GstElement* bin, const Target& target, const Json& value) {
  const Owned<GstElement> element(gst_bin_get_by_name(GST_BIN(bin), target.element.c_str()));
  if (!element) return failure(fmt::format("the launch line has no element named {}", target.element));
  if (target.group == "caps") return set_caps_field(element.get(), target.name, value);
  if (target.group == "controls") return set_camera_control(element.get(), target.name, value);
  return set_camera_property(element.get(), target.name, value);
}

// The password stays out of the rig, the process list and every message.
Result<void> set_password(GstElement* bin, const std::string& path) {
  auto text = read_text(system_files(), path, kibibytes(4));
  if (!text) return unexpected(std::move(text.error()));
  text->erase(std::min(text->find_first_of("\r\n"), text->size()));
  return set_target(bin, {"source", "", "user-pw"}, *text);
}

Result<void> set_one(GstElement* bin, const PipelineParameter& parameter, const Json& value) {
  if (!parameter.sets.empty()) return set_target(bin, target_of(parameter.sets), value);
  if (parameter.name == "password_file" && value.is_string()) return set_password(bin, value.get<std::string>());
  return {};
}

std::string shown(const PipelineParameter& parameter, const Json& value) {
  if (parameter.name.find("password") != std::string::npos) return "(secret)";
  return without_credentials(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

const Json* value_of(const SourceConfig& source, const PipelineParameter& parameter) {
  const auto given = source.parameters.find(parameter.name);
  if (given != source.parameters.end()) return &given->second;
  return parameter.fallback ? &*parameter.fallback : nullptr;
}

}  // namespace

Result<void> set_parameters(GstElement* bin, const SourceConfig& source, const PipelineDescription& pipeline) {
  for (const auto& parameter : pipeline.parameters) {
    const Json* value = value_of(source, parameter);
    if (value == nullptr) continue;
    auto set = set_one(bin, parameter, *value);
    if (!set) return unexpected(std::move(set.error()).within("source." + parameter.name));
  }
  return {};
}

Result<void> set_live_parameters(GstElement* bin, const SourceConfig& before, const SourceConfig& next,
                                 const PipelineDescription& pipeline) {
  for (const auto& parameter : pipeline.parameters) {
    const Json* old = value_of(before, parameter);
    const Json* value = value_of(next, parameter);
    if (parameter.change != FieldClass::live || value == nullptr || (old != nullptr && *old == *value)) continue;
    auto set = set_one(bin, parameter, *value);
    if (!set) return unexpected(std::move(set.error()).within("source." + parameter.name));
  }
  return {};
}

std::string pipeline_line(const SourceConfig& source, const PipelineDescription& pipeline) {
  std::string text = pipeline.launch + " (";
  for (const auto& parameter : pipeline.parameters) {
    const Json* value = value_of(source, parameter);
    if (value == nullptr) continue;
    fmt::format_to(std::back_inserter(text), "{}{}={}", text.back() == '(' ? "" : ", ", parameter.name,
                   shown(parameter, *value));
  }
  return text + ")";
}

}  // namespace tarsier
