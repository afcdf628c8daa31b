// The description of one kind of source: a file of pipelines/. Data, never code.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "config/fields.hpp"

namespace tarsier {

enum class ParameterType : std::uint8_t { string, path, device, integer, number, boolean };

// One key that the rig's "source" may have, and the named element's property or caps field that it sets.
struct PipelineParameter {
  std::string name;  // as in the rig: "exposure_us"
  ParameterType type = ParameterType::string;
  std::string help;
  // "element.property"; "element.caps.field" sets a field of the caps of a capsfilter, typed: width and height int,
  // framerate fraction, format string; "element.controls.field" sets a field of v4l2src's extra-controls. Empty: the
  // product itself reads it.
  std::string sets;
  FieldClass change = FieldClass::arm;  // live: it may be set while the source plays
  bool required = false;
  std::optional<Json> fallback;  // default value
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::vector<std::string> choices;  // of a string; empty: any
};

struct PipelineDescription {
  std::string name;  // file name without .json
  std::string summary;
  std::string launch;          // GStreamer launch line; ends in `appsink name=sink`
  bool live = true;            // a live source is never blocked: a full ring drops; a replayed one waits (lossless)
  bool counts_frames = false;  // the offset of the buffers of element `source` is the driver's frame sequence
  // Measured resident memory of the plugins and of what the decoder holds beside its frames, and how many frames of
  // the source's size the elements hold between them.
  Bytes plugin_memory;
  std::uint32_t frames_held = 2;
  std::vector<PipelineParameter> parameters;

  [[nodiscard]] const PipelineParameter* find(const std::string& parameter) const;
};

// Parses one description, strictly. `name` is what the rig calls it.
[[nodiscard]] Result<PipelineDescription> parse_pipeline(const std::string& name, const Json& document);

// Where installed pipelines are: $TARSIER_PIPELINES, else share/tarsier/pipelines beside the executable's folder, else
// the source tree's.
[[nodiscard]] std::filesystem::path pipelines_directory();
// Loads the pipeline that a rig names: an installed one by its bare name, or a description file of the user's own.
// The error lists those that there are, with a suggestion.
[[nodiscard]] Result<PipelineDescription> load_pipeline(const std::string& name);
// Whether `name` is the path of a description file (it has a '/' or ends in .json) rather than a bare name. Over the
// network such names are refused before they are loaded (ParseOptions::own_pipelines).
[[nodiscard]] bool is_own_pipeline(const std::string& name);
// Names of all installed pipelines, sorted.
[[nodiscard]] std::vector<std::string> installed_pipelines();

}  // namespace tarsier
