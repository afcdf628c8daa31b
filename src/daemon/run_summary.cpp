#include "daemon/run_summary.hpp"

#include <cmath>

namespace tarsier {
namespace {

Json activity_json(const CameraSummary& camera) {
  Json list = Json::array();
  for (std::size_t i = 0; i < camera.mean_activity.size(); ++i) {
    const double value = camera.mean_activity[i];
    list.push_back({{"region", camera.regions[i]}, {"value", std::isfinite(value) ? Json(value) : Json(nullptr)}});
  }
  return list;
}

Json noise_json(const NoiseMeter& noise, const CameraConfig& camera) {
  const auto deviation = noise.difference_std();
  if (!deviation) return nullptr;
  const auto threshold = noise.proposed_threshold(camera.convert.pixel);
  return {{"difference_std", *deviation},
          {"proposed_threshold", threshold ? Json(*threshold) : Json(nullptr)},
          {"changed_threshold", camera.reduce.changed_threshold}};
}

}  // namespace

RunSummary summarise(Json status, const RecordingPlace& place, const std::vector<CameraSummary>& cameras,
                     std::span<const ResolvedCamera> resolved) {
  RunSummary summary;
  summary.run_folder = place.run_folder;
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    for (const SegmentSummary& segment : cameras[i].segments) {
      summary.files.push_back(place.run_folder.empty() ? segment.file : place.run_folder / segment.file);
    }
    status["cameras"][i]["mean_activity"] = activity_json(cameras[i]);
    status["cameras"][i]["noise"] = noise_json(cameras[i].noise, resolved[i].config);
  }
  status["run_folder"] = place.run_folder.empty() ? Json(nullptr) : Json(place.run_folder.string());
  status["files"] = Json::array();
  for (const auto& file : summary.files) status["files"].push_back(file.string());
  summary.facts = std::move(status);
  return summary;
}

}  // namespace tarsier
