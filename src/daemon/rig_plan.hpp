// From a rig to its plan: what each camera's source delivers, and what all of it needs.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "capture/camera.hpp"
#include "config/parse.hpp"
#include "config/pipeline.hpp"
#include "config/rig.hpp"
#include "frame/plan.hpp"
#include "process/correction_maps.hpp"
#include "replay/replay_input.hpp"

namespace tarsier {

// A camera whose source was looked at.
struct ResolvedCamera {
  CameraConfig config;
  PipelineDescription pipeline;
  SourceFacts facts;
  ImageSize stored;
  std::vector<RegionMask> regions;
  // What its dark and flat files hold, quantised; null: it names none. Shared by the copies of this camera.
  std::shared_ptr<const CorrectionMaps> maps;
  // Seconds between rows: the sampling interval, else one frame; 0: unknown.
  double nominal_interval_s = 0;
  // Set when the frames come out of files that src/replay reads instead of a pipeline.
  struct Replayed {
    ReplayInput input;
    RecordingFacts facts;
  };
  std::optional<Replayed> recording;

  // A replayed source is waited for; a live one never is.
  [[nodiscard]] bool live() const { return !recording && pipeline.live; }
  [[nodiscard]] std::uint64_t span_count() const;
  // What the plan reserves for regions, so that others may take their place during a run: a few more than there are.
  // Of a recording, which is replayed as fast as it goes, no more rows' regions than there are.
  [[nodiscard]] std::uint64_t region_room() const { return live() ? round_up(regions.size() + 1, 8) : regions.size(); }
  [[nodiscard]] std::uint64_t span_room() const { return span_count() * 5 / 4 + 512; }
  [[nodiscard]] std::uint64_t frame_bytes() const { return stored.pixels() * bytes_per_pixel(config.convert.pixel); }
};

// Parses the rig; relative paths in it are relative to its file's folder. With `source_optional` cameras may lack a
// source (`tarsier reduce` brings its own). `place` names the rig in messages.
[[nodiscard]] Result<Rig> load_rig(const Json& document, const std::filesystem::path& place, bool source_optional);

// Looks at every camera's source, checks the geometry against what it delivers and makes the regions' masks. With
// `input`, that recording takes the place of the only camera's source.
[[nodiscard]] Result<std::vector<ResolvedCamera>> resolve_cameras(
    const Rig& rig, const std::filesystem::path& place, const std::optional<ReplayInput>& input = std::nullopt);

// What contradicts the frames that the camera's source delivers, were `config` its configuration. Masks are not looked
// at.
[[nodiscard]] RigProblems shape_problems(const ResolvedCamera& camera, const CameraConfig& config, std::size_t index);

// The same camera under another configuration, without a look at its source. Reads calibration files where they, or
// the conversion, are others.
[[nodiscard]] Result<ResolvedCamera> resolve_again(const ResolvedCamera& known, CameraConfig config, std::size_t index,
                                                   const std::filesystem::path& place);

// The arithmetic; pure but for the free space, which is passed in.
[[nodiscard]] Plan plan_rig(const Rig& rig, std::span<const ResolvedCamera> cameras, Bytes free_on_disk);

// All of the above for a rig file: what `tarsier plan` prints.
[[nodiscard]] Result<Plan> plan_file(const Json& document, const std::filesystem::path& place);

// A rig document with fewer slots (and, if that is not enough, a shorter backlog) that fits its budget; the science is
// not touched. Fails when even the least does not fit, and says how large the budget would have to be.
[[nodiscard]] Result<Json> fit_rig(const Json& document, const std::filesystem::path& place);

}  // namespace tarsier
