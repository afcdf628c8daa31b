#include <unistd.h>

#include <array>
#include <cctype>

#include "config/plate.hpp"
#include "config/rig_json.hpp"

namespace tarsier {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

template <typename Value>
void read(const Json& object, const char* key, Value& value) {
  if (object.contains(key)) value = object[key].get<Value>();
}

template <typename Value>
void read(const Json& object, const char* key, std::optional<Value>& value) {
  if (object.contains(key)) value = object[key].get<Value>();
}

void read(const Json& object, const char* key, std::filesystem::path& value) {
  if (object.contains(key)) value = object[key].get<std::string>();
}

SourceConfig source_from(const Json& object) {
  SourceConfig source;
  for (const auto& [key, value] : object.items()) {
    if (key == "pipeline")
      source.pipeline = value.get<std::string>();
    else
      source.parameters.emplace(key, value);
  }
  return source;
}

SamplingConfig sampling_from(const Json& object) {
  SamplingConfig sampling;
  read(object, "interval_s", sampling.interval_s);
  read(object, "average", sampling.average);
  const std::string fallback = sampling.interval_s ? "repeat_last" : "mark";
  sampling.on_missing = object.value("on_missing", fallback) == "mark" ? OnMissing::mark : OnMissing::repeat_last;
  return sampling;
}

ConvertConfig convert_from(const Json& object) {
  ConvertConfig convert;
  convert.pixel = stored_pixel_from(object["pixel"].get<std::string>()).value_or(StoredPixel::gray8);
  read(object, "bin", convert.bin);
  read(object, "rotate_deg", convert.rotate_deg);
  convert.bayer = bayer_method_from(object["bayer"].get<std::string>()).value_or(BayerMethod::bilinear);
  convert.flip = flip_from(object["flip"].get<std::string>()).value_or(Flip::none);
  if (object.contains("crop")) {
    const auto crop = object["crop"].get<std::array<std::uint32_t, 4>>();
    convert.crop = CropConfig{crop[0], crop[1], crop[2], crop[3]};
  }
  return convert;
}

SubtractConfig subtract_from(const Json& object) {
  SubtractConfig subtract;
  const std::string kind = object["kind"];
  if (kind == "mean_of_first") subtract.kind = SubtractKind::mean_of_first;
  if (kind == "range") subtract.kind = SubtractKind::range;
  if (kind == "sliding_mean") subtract.kind = SubtractKind::sliding_mean;
  read(object, "path", subtract.path);
  read(object, "amount", subtract.amount);
  read(object, "first", subtract.first);
  read(object, "frames", subtract.frames);
  read(object, "window", subtract.window);
  read(object, "lag", subtract.lag);
  return subtract;
}

CorrectConfig correct_from(const Json& object) {
  CorrectConfig correct;
  if (object.contains("subtract")) correct.subtract = subtract_from(object["subtract"]);
  if (object.contains("divide")) {
    correct.divide.emplace();
    read(object["divide"], "path", correct.divide->path);
    read(object["divide"], "amount", correct.divide->amount);
  }
  read(object, "offset", correct.offset);
  return correct;
}

ReduceConfig reduce_from(const Json& object) {
  ReduceConfig reduce;
  read(object, "activity", reduce.activity);
  read(object, "changed_threshold", reduce.changed_threshold);
  read(object, "statistics", reduce.statistics);
  if (!object.contains("projection")) return reduce;
  const Json& projection = object["projection"];
  reduce.projection.emplace();
  read(projection, "interval_s", reduce.projection->interval_s);
  for (const Json& kind : projection["kinds"]) {
    const auto known = projection_kind_from(kind.get<std::string>());
    if (known && !reduce.projection->has(*known)) reduce.projection->kinds.push_back(*known);
  }
  return reduce;
}

CircleConfig circle_from(const Json& object) {
  CircleConfig circle;
  read(object, "x_px", circle.x_px);
  read(object, "y_px", circle.y_px);
  read(object, "radius_px", circle.radius_px);
  return circle;
}

RectangleConfig rectangle_from(const Json& object) {
  RectangleConfig rectangle;
  read(object, "x_px", rectangle.x_px);
  read(object, "y_px", rectangle.y_px);
  read(object, "width_px", rectangle.width_px);
  read(object, "height_px", rectangle.height_px);
  return rectangle;
}

Labels labels_from(const Json& region) {
  Labels labels;
  if (!region.contains("labels")) return labels;
  for (const auto& [key, value] : region["labels"].items()) labels.emplace_back(key, value.get<std::string>());
  return labels;
}

// The labels of one well: those of all wells, replaced or followed by its own.
Labels well_labels(const Json& region, const std::string& well) {
  Labels labels = labels_from(region);
  if (!region.contains("well_labels") || !region["well_labels"].contains(well)) return labels;
  for (const auto& [key, value] : region["well_labels"][well].items()) {
    bool replaced = false;
    for (auto& [known, text] : labels) {
      if (known != key) continue;
      text = value.get<std::string>();
      replaced = true;
    }
    if (!replaced) labels.emplace_back(key, value.get<std::string>());
  }
  return labels;
}

RegionConfig single_region_from(const Json& region) {
  RegionConfig single;
  single.name = region["name"].get<std::string>();
  single.labels = labels_from(region);
  if (region.contains("circle"))
    single.shape = circle_from(region["circle"]);
  else if (region.contains("rectangle"))
    single.shape = rectangle_from(region["rectangle"]);
  else if (region.contains("polygon"))
    single.shape = PolygonConfig{region["polygon"].get<std::vector<std::pair<double, double>>>()};
  else
    single.shape = MaskConfig{region["mask"].get<std::string>()};
  return single;
}

void append_regions(const Json& region, std::uint32_t index, std::vector<RegionConfig>& regions) {
  const std::size_t before = regions.size();
  if (region.contains("plate")) {
    for (const Well& well : wells_of(plate_from(region["plate"]))) {
      regions.push_back({.name = well.name, .shape = well.circle, .labels = well_labels(region, well.name)});
    }
  } else {
    regions.push_back(single_region_from(region));
  }
  for (std::size_t i = before; i < regions.size(); ++i) regions[i].document_index = index;
}

CameraConfig camera_from(const Json& object) {
  CameraConfig camera;
  read(object, "name", camera.name);
  if (object.contains("source")) camera.source = source_from(object["source"]);
  camera.sampling = sampling_from(object["sampling"]);
  camera.convert = convert_from(object["convert"]);
  std::uint32_t index = 0;
  for (const Json& region : object["regions"]) append_regions(region, index++, camera.regions);
  camera.correct = correct_from(object["correct"]);
  camera.reduce = reduce_from(object["reduce"]);
  camera.keep.frames = object["keep"]["frames"] == "none" ? KeepFrames::none : KeepFrames::all;
  read(object, "slots", camera.slots);
  read(object, "threads", camera.threads);
  return camera;
}

Retention retention_from(const Json& word) {
  if (word == "delete_oldest") return Retention::delete_oldest;
  return word == "delete_pulled_oldest" ? Retention::delete_pulled_oldest : Retention::keep_all;
}

StoreConfig store_from(const Json& object) {
  StoreConfig store;
  read(object, "directory", store.directory);
  read(object, "segment_s", store.segment_s);
  read(object, "segment_mib", store.segment_mib);
  const auto word = object["codec"].get<std::string>();
  for (const Codec codec : {Codec::none, Codec::deflate, Codec::bitshuffle_lz4}) {
    if (word == to_text(codec)) store.codec = codec;
  }
  read(object, "deflate_level", store.deflate_level);
  read(object, "codec_threads", store.codec_threads);
  read(object, "sync_interval_ms", store.sync_interval_ms);
  read(object, "backlog_s", store.backlog_s);
  read(object, "reserve_mib", store.reserve_mib);
  read(object, "require_mount", store.require_mount);
  store.retention = retention_from(object["retention"]);
  return store;
}

void read_control(const Json& object, ControlConfig& control) {
  read(object, "listen", control.listen);
  read(object, "token_file", control.token_file);
  read(object, "certificate_file", control.certificate_file);
  read(object, "private_key_file", control.private_key_file);
  read(object, "rollback_after_s", control.rollback_after_s);
}

}  // namespace

Rig rig_from(const Json& normal) {
  Rig rig;
  read(normal, "experiment", rig.experiment);
  rig.device = normal.contains("device") ? normal["device"].get<std::string>() : host_name();
  read(normal["run"], "duration_s", rig.run.duration_s);
  for (const Json& camera : normal["cameras"]) rig.cameras.push_back(camera_from(camera));
  read(normal["memory"], "budget_mib", rig.memory.budget_mib);
  rig.store = store_from(normal["store"]);
  read_control(normal["control"], rig.control);
  return rig;
}

std::string host_name() {
  std::array<char, 65> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) != 0 || buffer.front() == '\0') return "tarsier";
  std::string name = buffer.data();
  for (char& letter : name) {
    const bool allowed =
        std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '.' || letter == '_' || letter == '-';
    if (!allowed) letter = '-';
  }
  if (name.front() == '.') name.front() = '-';
  return name;
}

}  // namespace tarsier
