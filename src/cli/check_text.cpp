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

Json problems_json(const RigProblems& problems) {
  Json list = Json::array();
  for (const auto& problem : problems) list.push_back({{"pointer", problem.pointer}, {"message", problem.message}});
  return {{"ok", false}, {"problems", std::move(list)}};
}

}  // namespace tarsier
