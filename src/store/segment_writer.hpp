// One segment while it is being written: an HDF5 file in SWMR mode, made as FORMAT.md says. Recorder thread only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "frame/ledger.hpp"
#include "frame/row.hpp"
#include "store/segment.hpp"

namespace tarsier {

// Where a chunk lies in the file.
struct ChunkPlace {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

// Entry of /tarsier/chunks, and of the journal.
struct ChunkEntry {
  std::uint64_t index = 0;   // of the chunk in its dataset
  std::uint64_t frames = 0;  // frames or images in it; fewer than frames_per_chunk only in the last one of /frames
  std::uint64_t offset = 0;  // in the file
  std::uint64_t bytes = 0;   // as stored, padding included
  std::uint64_t hash = 0;    // XXH3-64 of these bytes
  std::uint32_t filter_mask = 0;
  std::uint8_t dataset = 0;  // 0: /frames, else 1 + ImageKind
};

class SegmentWriter {
 public:
  // Creates `part` (never overwrites) with all groups, datasets, links and fixed-size attributes, then starts SWMR.
  [[nodiscard]] static Result<std::unique_ptr<SegmentWriter>> create(FileOperations& files,
                                                                     const std::filesystem::path& part,
                                                                     const RunFacts& run, const CameraRecording& camera,
                                                                     std::uint32_t segment, Codec codec,
                                                                     std::uint32_t deflate_level);
  virtual ~SegmentWriter() = default;

  // Writes one whole chunk of /frames, `coded` as it shall lie in the file, and extends /frames to `frames_after`.
  [[nodiscard]] virtual Result<ChunkPlace> write_chunk(std::uint64_t index, std::span<const std::byte> coded,
                                                       std::uint32_t filter_mask, std::uint64_t frames_after) = 0;
  // Appends an image to the dataset of its kind, which is one of camera.images.
  [[nodiscard]] virtual Result<ChunkPlace> write_image(ImageKind kind, std::uint64_t index,
                                                       std::span<const std::byte> pixels) = 0;
  // Appends; readers see it after publish(), when the images are there.
  [[nodiscard]] virtual Result<void> append_projections(std::span<const ProjectionRow> projections) = 0;
  // Appends; readers see it after publish(). `regions` holds rows.size() * R entries, row by row.
  [[nodiscard]] virtual Result<void> append_rows(std::span<const Row> rows, std::span<const RegionRow> regions) = 0;
  [[nodiscard]] virtual Result<void> append_gaps(std::span<const Gap> gaps) = 0;
  [[nodiscard]] virtual Result<void> append_events(std::span<const Event> events) = 0;
  [[nodiscard]] virtual Result<void> append_environment(std::span<const EnvironmentSample> samples) = 0;
  [[nodiscard]] virtual Result<void> append_storage(std::span<const StorageRow> rows) = 0;
  // Flushes everything but the rows, then the rows: a reader that sees a row finds its frame and regions.
  [[nodiscard]] virtual Result<void> publish() = 0;
  // Descriptor of the open file, for fdatasync.
  [[nodiscard]] virtual int descriptor() const = 0;
  // Bytes that the file takes now.
  [[nodiscard]] virtual std::uint64_t bytes() const = 0;
  // Flushes and closes; the file is complete but for the seal.
  [[nodiscard]] virtual Result<void> close() = 0;
};

// What the seal adds beside the derived datasets.
struct SealFacts {
  LedgerCounts ledger;
  std::uint64_t next_frame_id = 0;
  std::int64_t ended_utc_ns = 0;
};

// Reopens the closed `part`, fills in /timestamps, /timeseries, /rois/masks, /analysis, NeXus, /tarsier/chunks (from
// `chunks`) and the final attributes in bounded memory, closes and fsyncs it. Does not rename.
[[nodiscard]] Result<void> seal_segment(FileOperations& files, const std::filesystem::path& part, const RunFacts& run,
                                        const CameraRecording& camera, std::span<const ChunkEntry> chunks,
                                        const SealFacts& facts);

}  // namespace tarsier
