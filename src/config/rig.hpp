// The rig: cameras, regions, processing and storage of one experiment, after the strict parse. Values only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "frame/image_batch.hpp"
#include "frame/pixel_format.hpp"
#include "frame/region_mask.hpp"

namespace tarsier {

// `pipeline` names a file of pipelines/; the other keys of "source" are that pipeline's parameters, already checked
// against its description, defaults filled in.
struct SourceConfig {
  std::string pipeline;
  std::map<std::string, Json> parameters;
  bool operator==(const SourceConfig&) const = default;
};

enum class OnMissing : std::uint8_t { repeat_last, mark };

struct SamplingConfig {
  std::optional<double> interval_s;  // none: every frame
  std::uint32_t average = 1;
  OnMissing on_missing = OnMissing::mark;  // default: repeat_last with interval_s, mark without
  bool operator==(const SamplingConfig&) const = default;
};

struct CropConfig {
  std::uint32_t x_px = 0, y_px = 0, width_px = 0, height_px = 0;
  bool operator==(const CropConfig&) const = default;
};

// In this order: crop, gray, bin, rotate (clockwise), flip.
struct ConvertConfig {
  StoredPixel pixel = StoredPixel::gray8;
  std::optional<CropConfig> crop;  // of the source's frame; none: all of it
  std::uint32_t bin = 1;           // 1, 2, 4: mean of bin x bin pixels, rounded half up; leftover lines are cut
  std::uint32_t rotate_deg = 0;    // 0, 90, 180, 270
  BayerMethod bayer = BayerMethod::bilinear;  // superpixel halves width and height, before binning
  Flip flip = Flip::none;
  bool operator==(const ConvertConfig&) const = default;
};

struct CircleConfig {
  std::int64_t x_px = 0, y_px = 0, radius_px = 0;
  bool operator==(const CircleConfig&) const = default;
};
struct RectangleConfig {
  std::int64_t x_px = 0, y_px = 0, width_px = 0, height_px = 0;
  bool operator==(const RectangleConfig&) const = default;
};
struct PolygonConfig {
  std::vector<std::pair<double, double>> corners;  // x, y
  bool operator==(const PolygonConfig&) const = default;
};
struct MaskConfig {
  std::filesystem::path file;  // 8-bit gray PNG of the frame's size; not 0 belongs
  bool operator==(const MaskConfig&) const = default;
};

// Coordinates are those of the stored frame: after crop, bin and rotation. A plate has become one region per well.
struct RegionConfig {
  std::string name;
  std::variant<CircleConfig, RectangleConfig, PolygonConfig, MaskConfig> shape;
  std::vector<std::pair<std::string, std::string>> labels;
  // Index in the document's "regions", for messages: the wells of a plate share one. Not part of the value.
  std::uint32_t document_index = 0;
  bool operator==(const RegionConfig& other) const {
    return name == other.name && shape == other.shape && labels == other.labels;
  }
};

// What is subtracted from a frame, as a multiple `amount` of it.
enum class SubtractKind : std::uint8_t {
  dark_file,      // a calibration file or image
  mean_of_first,  // the mean of the run's first frames
  range,          // the mean of some later frames
  sliding_mean,   // the mean of the frames up to `lag` frames ago, `window` of them
};

struct SubtractConfig {
  SubtractKind kind = SubtractKind::dark_file;
  std::filesystem::path path;  // of dark_file
  double amount = 1.0;
  std::uint32_t first = 0;     // of range: frames taken before it
  std::uint32_t frames = 100;  // of mean_of_first and range
  std::uint32_t window = 32;   // of sliding_mean
  std::uint32_t lag = 0;       // of sliding_mean
  bool operator==(const SubtractConfig&) const = default;
};

struct DivideConfig {
  std::filesystem::path path;  // a flat field: a calibration file or image
  double amount = 1.0;
  bool operator==(const DivideConfig&) const = default;
};

// v = (I - amount S) / (amount D + 1 - amount) + offset.
struct CorrectConfig {
  std::optional<SubtractConfig> subtract;
  std::optional<DivideConfig> divide;
  std::int32_t offset = 0;
  bool operator==(const CorrectConfig&) const = default;
  [[nodiscard]] bool any() const { return subtract || divide || offset != 0; }
};

// Images of what the frames of an interval have in common, one pixel for one.

struct ProjectionConfig {
  double interval_s = 600;
  std::vector<ImageKind> kinds;
  bool operator==(const ProjectionConfig&) const = default;
  [[nodiscard]] bool has(ImageKind kind) const { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); }
};

struct ReduceConfig {
  bool activity = true;
  std::uint32_t changed_threshold = 15;  // counts pixels that changed by more than this many levels
  bool statistics = true;
  std::optional<ProjectionConfig> projection;
  bool operator==(const ReduceConfig&) const = default;
};

enum class KeepFrames : std::uint8_t { all, none };

struct KeepConfig {
  KeepFrames frames = KeepFrames::all;
  bool operator==(const KeepConfig&) const = default;
};

struct CameraConfig {
  std::string name;
  SourceConfig source;
  SamplingConfig sampling;
  ConvertConfig convert;
  CorrectConfig correct;
  std::vector<RegionConfig> regions;
  ReduceConfig reduce;
  KeepConfig keep;
  std::uint32_t slots = 16;
  std::uint32_t threads = 1;  // that share the work on each frame
  bool operator==(const CameraConfig&) const = default;
};

struct RunConfig {
  std::optional<double> duration_s;  // none: until it is stopped or every source has ended
  bool operator==(const RunConfig&) const = default;
};

struct MemoryConfig {
  std::uint32_t budget_mib = 256;
  bool operator==(const MemoryConfig&) const = default;
};

enum class Codec : std::uint8_t { none, deflate, bitshuffle_lz4 };
// The word in the rig and in files.
[[nodiscard]] constexpr std::string_view to_text(Codec codec) {
  constexpr std::string_view words[] = {"none", "deflate", "bitshuffle-lz4"};
  return words[static_cast<std::size_t>(codec)];
}

// What makes room on a disk that is nearly full.
enum class Retention : std::uint8_t { keep_all, delete_pulled_oldest, delete_oldest };

struct StoreConfig {
  std::filesystem::path directory = "/var/lib/tarsier";
  double segment_s = 7200;
  std::uint32_t segment_mib = 1024;
  Codec codec = Codec::deflate;
  std::uint32_t deflate_level = 1;  // 1: fastest
  std::uint32_t codec_threads = 1;
  std::uint32_t sync_interval_ms = 1000;
  std::optional<double> backlog_s;  // none: up to 3, as much as the budget leaves, at least two chunks a camera
  std::uint32_t reserve_mib = 512;
  std::optional<std::string> require_mount;  // UUID
  Retention retention = Retention::keep_all;
  bool operator==(const StoreConfig&) const = default;
};

struct ControlConfig {
  std::string listen = "127.0.0.1:8470";   // empty: no server
  std::filesystem::path token_file;        // empty: only this machine is served
  std::filesystem::path certificate_file;  // with private_key_file: TLS; empty: none
  std::filesystem::path private_key_file;
  double rollback_after_s = 30;  // 0: never
  bool operator==(const ControlConfig&) const = default;
};

struct Rig {
  std::string experiment;
  std::string device;  // default: the host's name
  RunConfig run;
  std::vector<CameraConfig> cameras;
  MemoryConfig memory;
  StoreConfig store;
  ControlConfig control;
  bool operator==(const Rig&) const = default;
};

}  // namespace tarsier
