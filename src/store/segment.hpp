// What a segment file is made from: the constant facts of one camera's recording.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "config/rig.hpp"
#include "frame/frame_view.hpp"
#include "frame/image_batch.hpp"
#include "frame/region_mask.hpp"

namespace tarsier {

// Constant for all segments of one camera under one generation of the rig. Goes whole into the journal's header, so
// that recovery needs nothing else.
struct CameraRecording {
  std::string camera;
  ImageSize size;  // of stored frames
  StoredPixel pixel = StoredPixel::gray8;
  bool frames_kept = true;
  std::uint64_t frames_per_chunk = 1;
  std::optional<double> sample_interval_s;  // sampling.interval_s
  double nominal_interval_s = 0;  // sample interval, else 1 / fps; 0: unknown (taken from the rows at the seal)
  OnMissing on_missing = OnMissing::mark;
  std::vector<RegionMask> regions;
  std::uint32_t changed_threshold = 15;
  std::vector<ImageKind> images;  // kinds that the chain makes
  LumaRange luma_range = LumaRange::unknown;
  std::string source_format;  // "i420"
  std::string pipeline_line;  // secrets redacted
  std::string camera_model;   // empty: unknown
  std::string camera_serial;  // empty: unknown
  std::uint32_t generation = 1;
  bool live = true;  // false: replayed, times are the recording's own
};

// Constant for one run.
struct RunFacts {
  std::string run;  // "<experiment>_<device>_<YYYYMMDD_HHMMSS>"
  std::string experiment;
  std::string device;
  Json rig;       // complete document
  Json versions;  // {"tarsier": "0.1.0", "gstreamer": ..., "hdf5": ...}
  std::string boot_id;
  std::int64_t started_utc_ns = 0;        // of the run
  std::int64_t started_monotonic_ns = 0;  // CLOCK_MONOTONIC at started_utc_ns, in this boot
};

// What a camera's segments say from one generation of the rig on.
struct RecordedGeneration {
  std::uint32_t layout = 1;  // the first generation whose segments are made alike: rows of others are in other segments
  CameraRecording camera;
  std::shared_ptr<const RunFacts> run;  // shared by the cameras
};

}  // namespace tarsier
