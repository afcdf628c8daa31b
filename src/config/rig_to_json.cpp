#include "config/parse.hpp"

namespace tarsier {
namespace {

struct ShapeToJson {
  Json& region;

  void operator()(const CircleConfig& circle) const {
    region["circle"] = {{"x_px", circle.x_px}, {"y_px", circle.y_px}, {"radius_px", circle.radius_px}};
  }
  void operator()(const RectangleConfig& rectangle) const {
    region["rectangle"] = {{"x_px", rectangle.x_px},
                           {"y_px", rectangle.y_px},
                           {"width_px", rectangle.width_px},
                           {"height_px", rectangle.height_px}};
  }
  void operator()(const PolygonConfig& polygon) const { region["polygon"] = polygon.corners; }
  void operator()(const MaskConfig& mask) const { region["mask"] = mask.file.string(); }
};

Json region_json(const RegionConfig& region) {
  Json json = {{"name", region.name}};
  std::visit(ShapeToJson{json}, region.shape);
  if (region.labels.empty()) return json;
  Json& labels = json["labels"] = Json::object();
  for (const auto& [key, value] : region.labels) labels[key] = value;
  return json;
}

Json source_json(const SourceConfig& source) {
  Json json = {{"pipeline", source.pipeline}};
  for (const auto& [key, value] : source.parameters) json[key] = value;
  return json;
}

Json sampling_json(const SamplingConfig& sampling) {
  Json json = Json::object();
  if (sampling.interval_s) json["interval_s"] = *sampling.interval_s;
  json["average"] = sampling.average;
  json["on_missing"] = sampling.on_missing == OnMissing::mark ? "mark" : "repeat_last";
  return json;
}

Json convert_json(const ConvertConfig& convert) {
  Json json = {{"pixel", to_text(convert.pixel)}};
  if (const auto& crop = convert.crop)
    json["crop"] = Json::array({crop->x_px, crop->y_px, crop->width_px, crop->height_px});
  json["bin"] = convert.bin;
  json["rotate_deg"] = convert.rotate_deg;
  json["bayer"] = to_text(convert.bayer);
  json["flip"] = to_text(convert.flip);
  return json;
}

Json subtract_json(const SubtractConfig& subtract) {
  switch (subtract.kind) {
    case SubtractKind::mean_of_first:
      return {{"kind", "mean_of_first"}, {"frames", subtract.frames}, {"amount", subtract.amount}};
    case SubtractKind::range:
      return {{"kind", "range"}, {"first", subtract.first}, {"frames", subtract.frames}, {"amount", subtract.amount}};
    case SubtractKind::sliding_mean:
      return {
          {"kind", "sliding_mean"}, {"window", subtract.window}, {"lag", subtract.lag}, {"amount", subtract.amount}};
    case SubtractKind::dark_file: break;
  }
  return {{"kind", "dark_file"}, {"path", subtract.path.string()}, {"amount", subtract.amount}};
}

Json correct_json(const CorrectConfig& correct) {
  Json json = {{"offset", correct.offset}};
  if (correct.subtract) json["subtract"] = subtract_json(*correct.subtract);
  if (const auto& divide = correct.divide)
    json["divide"] = {{"kind", "flat_file"}, {"path", divide->path.string()}, {"amount", divide->amount}};
  return json;
}

Json reduce_json(const ReduceConfig& reduce) {
  Json json = {{"activity", reduce.activity},
               {"changed_threshold", reduce.changed_threshold},
               {"statistics", reduce.statistics}};
  if (!reduce.projection) return json;
  Json kinds = Json::array();
  for (const ImageKind kind : reduce.projection->kinds) kinds.push_back(to_text(kind));
  json["projection"] = {{"interval_s", reduce.projection->interval_s}, {"kinds", kinds}};
  return json;
}

Json camera_json(const CameraConfig& camera) {
  Json json = {{"name", camera.name}};
  // Of a rig that was parsed for an input of its own, the source is not known.
  if (!camera.source.pipeline.empty()) json["source"] = source_json(camera.source);
  json["sampling"] = sampling_json(camera.sampling);
  json["convert"] = convert_json(camera.convert);
  Json& regions = json["regions"] = Json::array();
  for (const RegionConfig& region : camera.regions) regions.push_back(region_json(region));
  json["correct"] = correct_json(camera.correct);
  json["reduce"] = reduce_json(camera.reduce);
  json["keep"] = {{"frames", camera.keep.frames == KeepFrames::none ? "none" : "all"}};
  json["slots"] = camera.slots;
  json["threads"] = camera.threads;
  return json;
}

const char* to_text(Retention retention) {
  if (retention == Retention::delete_oldest) return "delete_oldest";
  return retention == Retention::delete_pulled_oldest ? "delete_pulled_oldest" : "keep_all";
}

Json store_json(const StoreConfig& store) {
  Json json = {{"directory", store.directory.string()},     {"segment_s", store.segment_s},
               {"segment_mib", store.segment_mib},          {"codec", to_text(store.codec)},
               {"deflate_level", store.deflate_level},      {"codec_threads", store.codec_threads},
               {"sync_interval_ms", store.sync_interval_ms}};
  if (store.backlog_s) json["backlog_s"] = *store.backlog_s;
  json["reserve_mib"] = store.reserve_mib;
  if (store.require_mount) json["require_mount"] = *store.require_mount;
  json["retention"] = to_text(store.retention);
  return json;
}

Json control_json(const ControlConfig& control) {
  Json json = {{"listen", control.listen}};
  if (!control.token_file.empty()) json["token_file"] = control.token_file.string();
  if (!control.certificate_file.empty()) json["certificate_file"] = control.certificate_file.string();
  if (!control.private_key_file.empty()) json["private_key_file"] = control.private_key_file.string();
  json["rollback_after_s"] = control.rollback_after_s;
  return json;
}

}  // namespace

Json to_json(const Rig& rig) {
  Json json = {{"experiment", rig.experiment}, {"device", rig.device}, {"run", Json::object()}};
  if (rig.run.duration_s) json["run"]["duration_s"] = *rig.run.duration_s;
  Json& cameras = json["cameras"] = Json::array();
  for (const CameraConfig& camera : rig.cameras) cameras.push_back(camera_json(camera));
  json["memory"] = {{"budget_mib", rig.memory.budget_mib}};
  json["store"] = store_json(rig.store);
  json["control"] = control_json(rig.control);
  return json;
}

}  // namespace tarsier
