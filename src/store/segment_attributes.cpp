#include "store/segment_attributes.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "hdf5/attribute.hpp"
#include "hdf5/objects.hpp"
#include "store/segment_layout.hpp"

namespace tarsier {
namespace {

// Writes attributes of one object after the other; after the first failure nothing more.
class AttributeWriter {
 public:
  explicit AttributeWriter(const WritableFile& file) : file_(file.handle()) {}

  AttributeWriter& at(std::string path) {
    path_ = std::move(path);
    return *this;
  }
  template <typename Value>
  AttributeWriter& set(const char* name, const Value& value) {
    if (result_) result_ = write_attribute(file_, path_, name, value);
    return *this;
  }
  [[nodiscard]] Result<void> result() const { return result_; }

 private:
  const FileHandle& file_;
  std::string path_ = "/";
  Result<void> result_;
};

std::string attribute_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string metadata_text(double interval_s) { return attribute_text(Json{{"frame_interval", interval_s}}); }

std::string recording_info_text(const SealedValues& values) {
  return attribute_text(Json{{"interval_seconds", values.interval_s},
                             {"expected_frames", values.expected_frames},
                             {"actual_frames", values.frames}});
}

void set_interval(AttributeWriter& writer, const SealedValues& values) {
  writer.at("/")
      .set("frame_interval", values.interval_s)
      .set("metadata", metadata_text(values.interval_s))
      .set("recording_info", recording_info_text(values))
      .set("actual_frames", static_cast<std::int64_t>(values.frames));
}

void set_created(AttributeWriter& writer, std::int64_t utc_ns) {
  writer.at("/").set("created", static_cast<double>(utc_ns) / 1e9).set("created_human", iso_utc(Nanoseconds(utc_ns)));
}

void set_root(AttributeWriter& writer, const RunFacts& run, const CameraRecording& camera) {
  writer.at("/")
      .set("file_version", "2.3")
      .set("structure", "timeseries_only")
      .set("experiment_name", run.experiment)
      .set("software", "tarsier " TARSIER_VERSION)
      .set("finalized", false)
      .set("NX_class", "NXroot")
      .set("default", "entry");
  set_created(writer, run.started_utc_ns);
  set_interval(writer, {0, 0, camera.nominal_interval_s, 0});
  writer.at("/timeseries")
      .set("expected_intervals_fixed", true)
      .set("unit_standard", "seconds")
      .set("x_axis", "recording_elapsed_sec");
}

void set_run(AttributeWriter& writer, const RunFacts& run, std::uint32_t segment) {
  writer.at("/tarsier")
      .set("format", segment_format)
      .set("run", run.run)
      .set("device", run.device)
      .set("segment", std::int64_t{segment})
      .set("rig", attribute_text(run.rig))
      .set("versions", attribute_text(run.versions))
      .set("boot_id", run.boot_id)
      .set("started_utc_ns", run.started_utc_ns)
      .set("started_monotonic_ns", run.started_monotonic_ns);
}

void set_camera(AttributeWriter& writer, const CameraRecording& camera) {
  writer.at("/tarsier")
      .set("camera", camera.camera)
      .set("camera_model", camera.camera_model)
      .set("camera_serial", camera.camera_serial)
      .set("pipeline", camera.pipeline_line)
      .set("source_format", camera.source_format)
      .set("luma_range", std::string(to_text(camera.luma_range)))
      .set("live", camera.live)
      .set("pixel", std::string(to_text(camera.pixel)))
      .set("width_px", std::int64_t{camera.size.width_px})
      .set("height_px", std::int64_t{camera.size.height_px})
      .set("largest_value", std::int64_t{largest_value(camera.pixel)})
      .set("frames_kept", camera.frames_kept)
      .set("frames_per_chunk", camera.frames_per_chunk)
      .set("sample_interval_s", camera.sample_interval_s.value_or(std::nan("")))
      .set("nominal_interval_s", camera.nominal_interval_s)
      .set("on_missing", camera.on_missing == OnMissing::mark ? "mark" : "repeat_last")
      .set("changed_threshold", std::int64_t{camera.changed_threshold})
      .set("generation", std::int64_t{camera.generation});
}

Json region_json(const RegionMask& region) {
  Json labels = Json::object();
  for (const auto& [key, value] : region.labels) labels[key] = value;
  return {{"name", region.name}, {"labels", std::move(labels)}, {"n", region.pixels}};
}

void set_regions(AttributeWriter& writer, const CameraRecording& camera) {
  Json regions = Json::array();
  std::vector<std::string> names;
  std::vector<std::uint64_t> pixels;
  for (const RegionMask& region : camera.regions) {
    regions.push_back(region_json(region));
    names.push_back(region.name);
    pixels.push_back(region.pixels);
  }
  writer.at("/tarsier")
      .set("regions", attribute_text(regions))
      .set("region_names", std::span<const std::string>(names))
      .set("region_n", std::span<const std::uint64_t>(pixels));
}

void set_end(AttributeWriter& writer, const SealFacts& facts) {
  Json ledger = to_json(facts.ledger);
  ledger["samples"] = to_json(facts.ledger.samples);
  writer.at("/tarsier")
      .set("ended_utc_ns", facts.ended_utc_ns)
      .set("next_frame_id", facts.next_frame_id)
      .set("ledger", attribute_text(ledger));
}

using Texts = std::vector<std::string>;

void set_plot(AttributeWriter& writer, const std::string& group, const std::string& signal, const Texts& axes) {
  writer.at(group).set("NX_class", "NXdata").set("signal", signal).set("axes", std::span<const std::string>(axes));
}

void set_nexus(AttributeWriter& writer, const CameraRecording& camera) {
  writer.at("/entry").set("NX_class", "NXentry").set("default", camera.regions.empty() ? "intensity" : "activity");
  set_plot(writer, "/entry/intensity", "frame_mean_intensity", {"recording_elapsed_sec"});
  if (camera.frames_kept) {
    set_plot(writer, "/entry/frames", "frames", {"timestamps", ".", "."});
    writer.at("/entry/frames").set("interpretation", "image");
  }
  if (camera.regions.empty()) return;
  Texts others;
  for (std::size_t region = 1; region < camera.regions.size(); ++region) {
    others.push_back(activity_path(region).substr(sizeof "/analysis"));
  }
  set_plot(writer, "/entry/activity", "roi_0_activity", {"timestamps_sec"});
  if (!others.empty()) writer.at("/entry/activity").set("auxiliary_signals", std::span<const std::string>(others));
}

// What the integers of the correction's maps count in: levels / 256, and 1 / 8192 or 1 / 65536.
void set_images(AttributeWriter& writer, const CameraRecording& camera) {
  const std::int64_t one = camera.pixel == StoredPixel::gray8 ? 8192 : 65536;
  for (const ImageKind kind : camera.images) {
    if (kind == ImageKind::subtrahend) writer.at(image_path(kind)).set("scale", std::int64_t{256});
    if (kind == ImageKind::factor) writer.at(image_path(kind)).set("scale", one);
  }
}

void set_units(AttributeWriter& writer, const CameraRecording& camera) {
  for (const char* path : {"/timestamps", "/timeseries/recording_elapsed_sec", "/analysis/timestamps_sec"}) {
    writer.at(path).set("units", "s");
  }
  for (std::size_t region = 0; region < camera.regions.size(); ++region) {
    writer.at(activity_path(region)).set("long_name", camera.regions[region].name);
  }
}

bool chunks_are_listed(const DatasetNames& names, const CameraRecording& camera) {
  if (names.known_as("/frames")) return true;
  return std::any_of(camera.images.begin(), camera.images.end(),
                     [&](ImageKind kind) { return names.known_as(image_path(kind)); });
}

Result<void> set_hashes(AttributeWriter& writer, const WritableFile& file, const CameraRecording& camera) {
  const auto datasets = list_datasets(file.handle());
  if (!datasets) return unexpected(datasets.error());
  for (const DatasetNames& names : *datasets) {
    if (!chunks_are_listed(names, camera)) writer.at(names.paths.front()).set(content_hash_attribute, std::uint64_t{0});
  }
  return {};
}

}  // namespace

Result<void> write_attributes(const WritableFile& file, const RunFacts& run, const CameraRecording& camera,
                              std::uint32_t segment, Codec codec, std::uint32_t deflate_level) {
  AttributeWriter writer(file);
  set_root(writer, run, camera);
  set_run(writer, run, segment);
  set_camera(writer, camera);
  set_regions(writer, camera);
  set_end(writer, SealFacts{});
  set_nexus(writer, camera);
  set_units(writer, camera);
  set_images(writer, camera);
  writer.at("/tarsier")
      .set("codec", to_text(codec))
      .set("deflate_level", std::int64_t{codec == Codec::deflate ? deflate_level : 0});
  if (auto set = set_hashes(writer, file, camera); !set) return set;
  return writer.result();
}

Result<void> write_sealed_attributes(const WritableFile& file, const SealedValues& values, const SealFacts& facts) {
  AttributeWriter writer(file);
  set_interval(writer, values);
  if (values.created_utc_ns != 0) set_created(writer, values.created_utc_ns);
  set_end(writer, facts);
  // Last: a file that says so has all the rest.
  writer.at("/").set("finalized", true);
  return writer.result();
}

}  // namespace tarsier
