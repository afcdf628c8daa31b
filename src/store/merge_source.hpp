// One sealed segment, open for being joined with others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "config/rig.hpp"
#include "frame/pixel_format.hpp"
#include "hdf5/series.hpp"
#include "store/segment_types.hpp"

namespace tarsier {

// What the attributes of a segment say.
struct SourceFacts {
  std::string name;  // of the file
  std::string experiment, camera, run, boot_id;
  std::int64_t segment = 0, generation = 0;
  Json rig, regions, ledger;
  std::int64_t started_utc_ns = 0, started_monotonic_ns = 0, ended_utc_ns = 0;
  std::uint64_t next_frame_id = 0;
  double interval_s = 0;  // frame_interval
  bool frames_kept = true, live = true;
  StoredPixel pixel = StoredPixel::gray8;
  std::int64_t width_px = 0, height_px = 0, largest_value = 0, changed_threshold = 0;
  double sample_interval_s = 0;  // NaN: every frame
  Codec codec = Codec::none;
  std::uint32_t deflate_level = 1;
};

// One thread. HDF5 may crash on a damaged file.
class MergeSource {
 public:
  // Refuses what is no sealed segment of a format that this version knows.
  [[nodiscard]] static Result<MergeSource> open(const std::filesystem::path& path);

  [[nodiscard]] const FileHandle& file() const { return file_; }
  [[nodiscard]] const SourceFacts& facts() const { return facts_; }
  // Entries of /tarsier/chunks of a dataset, in order.
  [[nodiscard]] Result<std::vector<ChunkRecord>> chunks_of(std::uint8_t dataset) const;
  // In what the two can't be one recording; nothing when they can.
  [[nodiscard]] std::optional<std::string> differs_from(const MergeSource& first) const;

 private:
  [[nodiscard]] Result<void> read_facts();

  FileHandle file_;
  SourceFacts facts_;
};

}  // namespace tarsier
