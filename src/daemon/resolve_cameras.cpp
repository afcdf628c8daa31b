#include <fmt/format.h>

#include "config/pipeline.hpp"
#include "daemon/calibration_file.hpp"
#include "daemon/rig_plan.hpp"
#include "replay/png_image.hpp"

namespace tarsier {
namespace {

Result<SourceConfig> video_source(const PipelineDescription& pipeline, const std::filesystem::path& input) {
  SourceConfig source;
  source.pipeline = pipeline.name;
  for (const PipelineParameter& parameter : pipeline.parameters) {
    if (parameter.fallback) source.parameters[parameter.name] = *parameter.fallback;
  }
  source.parameters["location"] = input.string();
  return source;
}

Result<void> look_at_recording(ResolvedCamera& camera, const ReplayInput& input) {
  const auto facts = probe_recording(input);
  if (!facts) return unexpected(facts.error());
  camera.recording = {input, *facts};
  camera.pipeline.name = "replay";
  camera.pipeline.live = false;
  camera.facts.size = facts->size;
  camera.facts.format = facts->format;
  camera.facts.frames = facts->frames;
  camera.facts.frames_per_s = facts->frame_interval_s > 0 ? 1.0 / facts->frame_interval_s : 0;
  camera.facts.pipeline_line = input.description();
  return {};
}

Result<void> look_at_source(ResolvedCamera& camera, const std::optional<ReplayInput>& input) {
  if (input && input->kind != ReplayKind::video) return look_at_recording(camera, *input);
  if (auto initialised = initialise_gstreamer(); !initialised) return unexpected(std::move(initialised.error()));
  auto pipeline = load_pipeline(input ? "file" : camera.config.source.pipeline);
  if (!pipeline) return unexpected(std::move(pipeline.error()));
  camera.pipeline = std::move(*pipeline);
  if (input) {
    auto source = video_source(camera.pipeline, input->files.front());
    if (!source) return unexpected(std::move(source.error()));
    camera.config.source = std::move(*source);
  }
  auto facts = probe_source(camera.config.source, camera.pipeline);
  if (!facts) return unexpected(std::move(facts.error()));
  camera.facts = std::move(*facts);
  return {};
}

double interval_between_rows(const ResolvedCamera& camera) {
  const SamplingConfig& sampling = camera.config.sampling;
  if (sampling.interval_s) return *sampling.interval_s;
  return camera.facts.frames_per_s > 0 ? sampling.average / camera.facts.frames_per_s : 0;
}

RigProblems pixel_problems(const ConvertConfig& convert, PixelFormat delivered, std::size_t index) {
  RigProblems problems;
  const std::string pointer = fmt::format("/cameras/{}/convert", index);
  const StoredPixel natural = natural_pixel(delivered);
  if (natural != convert.pixel) {
    problems.push_back({pointer + "/pixel",
                        fmt::format("{} cannot be made of the source's {} without guessing a scale; set it to \"{}\"",
                                    to_text(convert.pixel), to_text(delivered), to_text(natural))});
  }
  if (convert.bayer == BayerMethod::superpixel && !is_bayer(delivered)) {
    problems.push_back({pointer + "/bayer", fmt::format("superpixel needs a Bayer source, and this one delivers {}; "
                                                        "leave the key out, or bin by 2",
                                                        to_text(delivered))});
  }
  return problems;
}

Result<std::optional<MeanImage>> read_image(const char* key, const std::filesystem::path& path,
                                            const ResolvedCamera& camera) {
  if (path.empty()) return std::nullopt;
  auto image = read_mean_image(path, camera.stored, camera.config.convert.pixel);
  if (!image) return unexpected(std::move(image.error()).within(key));
  return std::move(*image);
}

Result<void> read_files(ResolvedCamera& camera) {
  const CorrectConfig& correct = camera.config.correct;
  camera.maps.reset();
  auto dark = read_image("subtract/path", correct.subtract ? correct.subtract->path : "", camera);
  if (!dark) return unexpected(std::move(dark.error()));
  auto flat = read_image("divide/path", correct.divide ? correct.divide->path : "", camera);
  if (!flat) return unexpected(std::move(flat.error()));
  if (!*dark && !*flat) return {};
  auto maps =
      correction_maps(correct, camera.config.convert.pixel, *dark ? &**dark : nullptr, *flat ? &**flat : nullptr);
  if (!maps) return unexpected(std::move(maps.error()));
  camera.maps = std::make_shared<const CorrectionMaps>(std::move(*maps));
  return {};
}

Result<void> read_maps(ResolvedCamera& camera, std::size_t index) {
  auto read = read_files(camera);
  if (!read) return unexpected(std::move(read.error()).within(fmt::format("/cameras/{}/correct", index)));
  return {};
}

// What follows from the configuration once the source is known.
Result<void> shape(ResolvedCamera& camera, std::size_t index, const std::filesystem::path& place) {
  const RigProblems problems = shape_problems(camera, camera.config, index);
  if (!problems.empty()) return unexpected(to_error(place, problems));
  camera.stored = stored_size(camera.config.convert, camera.facts.size);
  auto masks = region_masks(camera.config, camera.stored, &read_gray_png);
  if (!masks) return unexpected(std::move(masks.error()).within(fmt::format("/cameras/{}/regions", index)));
  camera.regions = std::move(*masks);
  camera.nominal_interval_s = interval_between_rows(camera);
  return {};
}

Result<ResolvedCamera> resolve(const CameraConfig& config, std::size_t index, const std::filesystem::path& place,
                               const std::optional<ReplayInput>& input) {
  ResolvedCamera camera;
  camera.config = config;
  if (auto looked = look_at_source(camera, input); !looked) {
    if (input) return unexpected(std::move(looked.error()));  // it names the file
    return unexpected(std::move(looked.error()).within(fmt::format("/cameras/{}/source", index)));
  }
  if (auto shaped = shape(camera, index, place); !shaped) return unexpected(std::move(shaped.error()));
  if (auto corrected = read_maps(camera, index); !corrected) return unexpected(std::move(corrected.error()));
  return camera;
}

}  // namespace

RigProblems shape_problems(const ResolvedCamera& camera, const CameraConfig& config, std::size_t index) {
  RigProblems problems = check_geometry(config, index, camera.facts.size);
  const RigProblems pixels = pixel_problems(config.convert, camera.facts.format, index);
  problems.insert(problems.end(), pixels.begin(), pixels.end());
  return problems;
}

Result<ResolvedCamera> resolve_again(const ResolvedCamera& known, CameraConfig config, std::size_t index,
                                     const std::filesystem::path& place) {
  ResolvedCamera camera = known;
  camera.config = std::move(config);
  const bool same_maps = camera.config.correct == known.config.correct && camera.config.convert == known.config.convert;
  if (!camera.recording) camera.facts.pipeline_line = describe_source(camera.config.source, camera.pipeline);
  if (auto shaped = shape(camera, index, place); !shaped) return unexpected(std::move(shaped.error()));
  if (same_maps) return camera;
  if (auto corrected = read_maps(camera, index); !corrected) return unexpected(std::move(corrected.error()));
  return camera;
}

Result<std::vector<ResolvedCamera>> resolve_cameras(const Rig& rig, const std::filesystem::path& place,
                                                    const std::optional<ReplayInput>& input) {
  if (input && rig.cameras.size() != 1) {
    return misuse(fmt::format("{}: /cameras: a recording is one camera, the rig has {}; leave one", place.string(),
                              rig.cameras.size()));
  }
  std::vector<ResolvedCamera> cameras;
  for (std::size_t i = 0; i < rig.cameras.size(); ++i) {
    auto camera = resolve(rig.cameras[i], i, place, input);
    if (!camera) return unexpected(std::move(camera.error()));
    cameras.push_back(std::move(*camera));
  }
  return cameras;
}

}  // namespace tarsier
