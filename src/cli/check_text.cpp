#include "cli/check_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "cli/text.hpp"
#include "frame/pixel_format.hpp"

namespace tarsier {
namespace {

std::string rhythm(const ResolvedCamera& camera) {
  const auto& sampling = camera.config.sampling;
  const auto every =
      sampling.interval_s ? fmt::format("one sample every {:g} s", *sampling.interval_s) : std::string("every frame");
  return sampling.average > 1 ? fmt::format("{}, each the mean of {}", every, sampling.average) : every;
}

std::string source_text(const ResolvedCamera& camera) {
  const auto& facts = camera.facts;
  auto text = fmt::format(
      "{} {}x{}", camera.recording ? camera.recording->input.files.front().string() : camera.config.source.pipeline,
      facts.size.width_px, facts.size.height_px);
  if (facts.frames_per_s > 0) text += fmt::format(" at {:g} frames/s", facts.frames_per_s);
  if (facts.frames) text += fmt::format(", about {}", counted(*facts.frames, "frame"));
  return text;
}

std::string kept_text(const ResolvedCamera& camera) {
  const auto regions = counted(camera.regions.size(), "region");
  if (camera.config.keep.frames == KeepFrames::none) return "rows alone, no pixels; " + regions;
  return fmt::format("{}x{} pixels kept; {}", camera.stored.width_px, camera.stored.height_px, regions);
}

Json camera_json(const ResolvedCamera& camera) {
  Json regions = Json::array();
  for (const auto& region : camera.regions) regions.push_back({{"name", region.name}, {"pixels", region.pixels}});
  return {{"name", camera.config.name},
          {"pipeline", camera.config.source.pipeline},
          {"source_px", {camera.facts.size.width_px, camera.facts.size.height_px}},
          {"frames_per_s", camera.facts.frames_per_s},
          {"stored_px", {camera.stored.width_px, camera.stored.height_px}},
          {"live", camera.live()},
          {"regions", std::move(regions)}};
}

}  // namespace

std::string check_text(const Rig& rig, std::span<const ResolvedCamera> cameras, const Plan& plan) {
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "experiment  {} on {}\n", rig.experiment, rig.device);
  for (const auto& camera : cameras)
    fmt::format_to(out, "camera      {}: {}; {}; {}\n", camera.config.name, source_text(camera), rhythm(camera),
                   kept_text(camera));
  fmt::format_to(
      out, "run         {}\n",
      rig.run.duration_s ? "for " + short_duration(*rig.run.duration_s) : "until it is stopped or its sources end");
  fmt::format_to(out, "memory      {} planned of a budget of {}\n", to_text(plan.total()), to_text(plan.budget));
  fmt::format_to(out, "store       {}\n", rig.store.directory.string());
  fmt::format_to(out, "control     {}\n", rig.control.listen.empty() ? "not served" : rig.control.listen);
  return text;
}

Json check_json(const Rig& rig, std::span<const ResolvedCamera> cameras, const Plan& plan) {
  Json list = Json::array();
  for (const auto& camera : cameras) list.push_back(camera_json(camera));
  return {{"ok", plan.fits()},          {"experiment", rig.experiment},        {"device", rig.device},
          {"cameras", std::move(list)}, {"planned_bytes", plan.total().count}, {"budget_bytes", plan.budget.count}};
}

std::vector<std::string> doubts(const ResolvedCamera& camera, const CameraLook& look) {
  // As large a share of the pixels hides what is brightest; as slow a camera misses samples.
  constexpr double most_saturated = 0.01, least_rate = 0.9, least_light = 0.1;
  std::vector<std::string> list;
  const double asked = camera.facts.frames_per_s;
  if (look.frames_per_s > 0 && look.frames_per_s < least_rate * asked)
    list.push_back(
        fmt::format("{:.1f} frames/s come, {:.1f} were asked for; a shorter exposure or a smaller frame helps",
                    look.frames_per_s, asked));
  if (look.saturated_share > most_saturated)
    list.push_back(fmt::format("{:.1f} % of the pixels are at the largest value; less light, exposure or gain",
                               look.saturated_share * 100));
  const auto largest = largest_sample(camera.facts.format);
  if (largest && look.brightest_level < least_light * *largest)
    list.push_back(fmt::format("no pixel is brighter than {}; is the lens covered?", look.brightest_level));
  const auto threshold = camera.config.reduce.changed_threshold;
  if (look.difference_std && !look.proposed_threshold)
    list.push_back("the noise is larger than any changed_threshold; more light, less gain or an average helps");
  if (look.proposed_threshold && *look.proposed_threshold > threshold)
    list.push_back(fmt::format("changed_threshold {} is within the noise; {} is five times as much as it", threshold,
                               *look.proposed_threshold));
  return list;
}

namespace {

std::string saturation(const ResolvedCamera& camera, const CameraLook& look) {
  const bool known = largest_sample(camera.facts.format).has_value();
  return known ? fmt::format("{:.2g} % saturated, ", look.saturated_share * 100) : "";
}

std::string proposal(const CameraLook& look) {
  return look.proposed_threshold ? fmt::format("proposed changed_threshold {}", *look.proposed_threshold)
                                 : "no changed_threshold stands above that";
}

}  // namespace

std::string looks_text(std::span<const ResolvedCamera> cameras, std::span<const CameraLook> looks) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const CameraLook& look = looks[i];
    fmt::format_to(out, "look        {}: {}{}; mean level {:.1f}, {}flicker {:.2f} levels\n", cameras[i].config.name,
                   counted(look.frames, "frame"),
                   look.frames_per_s > 0 ? fmt::format(" at {:.1f} frames/s", look.frames_per_s) : "", look.mean_level,
                   saturation(cameras[i], look), look.flicker_levels);
    if (look.difference_std)
      fmt::format_to(out, "noise       {}: pixels at rest differ by {:.2f} levels from frame to frame{}; {} (now {})\n",
                     cameras[i].config.name, *look.difference_std,
                     cameras[i].config.correct.any() ? " before they are corrected" : "", proposal(look),
                     cameras[i].config.reduce.changed_threshold);
    for (const auto& doubt : doubts(cameras[i], look))
      fmt::format_to(out, "warning     {}: {}\n", cameras[i].config.name, doubt);
  }
  return text;
}

Json looks_json(std::span<const ResolvedCamera> cameras, std::span<const CameraLook> looks) {
  Json list = Json::array();
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const CameraLook& look = looks[i];
    list.push_back(
        {{"name", cameras[i].config.name},
         {"frames", look.frames},
         {"frames_per_s", look.frames_per_s},
         {"mean_level", look.mean_level},
         {"brightest_level", look.brightest_level},
         {"saturated_share", largest_sample(cameras[i].facts.format) ? Json(look.saturated_share) : Json(nullptr)},
         {"flicker_levels", look.flicker_levels},
         {"difference_std", look.difference_std ? Json(*look.difference_std) : Json(nullptr)},
         {"proposed_threshold", look.proposed_threshold ? Json(*look.proposed_threshold) : Json(nullptr)},
         {"warnings", doubts(cameras[i], look)}});
  }
  return list;
}

Json refusal_json(const RigProblems& problems) { return {{"ok", false}, {"problems", problems_json(problems)}}; }

}  // namespace tarsier
