// The strict parse: JSON text or document to Rig, all errors at once. The field table (fields.hpp) is the only truth
// about names, types, ranges and defaults.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "config/rig.hpp"

namespace tarsier {

// One mistake of a rig: where (JSON pointer), what, and what to do. The message says it all; the rest is for programs.
struct RigProblem {
  std::string pointer;          // "/cameras/0/gian"
  std::string message;          // "unknown key; did you mean gain?"
  std::optional<Json> value{};  // that was refused, when it is short
  std::string allowed{};        // "an integer from 4 to 4096"; empty: not known
  std::string suggestion{};     // "gain"; empty: none
  bool operator==(const RigProblem&) const = default;
};

using RigProblems = std::vector<RigProblem>;

struct ParseOptions {
  // For `tarsier reduce`, which brings its own input: a source may be missing, and one that is there is not looked at.
  bool source_optional = false;
  // Folder of the rig's file. Relative paths of files to be read (path parameters of sources, masks, a pipeline of
  // one's own) are resolved against it; empty: left as they are. `store.directory` is an output and stays relative to
  // the working directory.
  std::filesystem::path base_directory{};
  // Whether "pipeline" may be a description file of the user's own; false for rigs that come over the network.
  bool own_pipelines = true;
  // Likewise for rigs from the network: files to be read must lie below this folder, which is base_directory or part of
  // it, and devices below /dev, symbolic links followed; empty: a rig may name any.
  std::filesystem::path file_root{};
  // For the call, the present rig as it was written: paths and pipelines that it names may be named again. Null: none.
  const Json* present = nullptr;
};

// `document` to a Rig with defaults filled in and plates unrolled. On error: every problem, in order of the document.
[[nodiscard]] tl::expected<Rig, RigProblems> parse_rig(const Json& document, ParseOptions options = {});

// What can only be known once the source's frame size is: crops and regions outside the image, bins that leave
// nothing. `source` is the size before crop. Empty when all fits. Masks are looked at by region_masks alone.
[[nodiscard]] RigProblems check_geometry(const CameraConfig& camera, std::size_t camera_index, ImageSize source);

// Size of the stored frame after crop, bin and rotation.
[[nodiscard]] ImageSize stored_size(const ConvertConfig& convert, ImageSize source);

// Spans of the camera's regions in a stored frame of that size; masks are read by `read_mask` (8-bit gray pixels of
// the file, which must have the frame's size).
using MaskReader = Result<std::vector<std::uint8_t>> (*)(const std::filesystem::path&, ImageSize);
[[nodiscard]] Result<std::vector<RegionMask>> region_masks(const CameraConfig& camera, ImageSize stored,
                                                           MaskReader read_mask);

// Reads and parses a JSON file of at most 16 MiB. A comment or a trailing comma is an error that names line and
// column; a key that appears twice in an object, and nesting deeper than 64 levels, are errors too.
[[nodiscard]] Result<Json> read_json(const std::filesystem::path& path);
// The same of a text; `place` names it in messages.
[[nodiscard]] Result<Json> parse_json(std::string_view text, std::string_view place);

// All problems as one error: "RIG: 2 problems" and a line each; exit code 2.
[[nodiscard]] Error to_error(const std::filesystem::path& rig, const RigProblems& problems);

// All problems as a list of {pointer, message, value?, allowed?, suggestion?}.
[[nodiscard]] Json problems_json(const RigProblems& problems);

// The rig as a complete JSON document, defaults included; parse_rig of it gives the same Rig.
[[nodiscard]] Json to_json(const Rig& rig);

// RFC 7396: `patch` applied to `document`; a null removes its key.
[[nodiscard]] Json merge_patch(Json document, const Json& patch);

// JSON Schema (draft 2020-12) of a rig with the installed pipelines.
[[nodiscard]] Json rig_schema();

}  // namespace tarsier
