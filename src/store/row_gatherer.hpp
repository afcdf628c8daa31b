// Takes one camera's rows, chunks, gaps and events from their queues, writes the chunks into the open segment, and
// decides what became of each frame.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "frame/camera_channel.hpp"
#include "frame/noise_meter.hpp"
#include "store/chunk_backlog.hpp"
#include "store/commit_buffer.hpp"
#include "store/open_segment.hpp"
#include "store/recorder_context.hpp"

namespace tarsier {

// Why gather() stopped.
enum class GatherEnd : std::uint8_t {
  waiting,  // for rows, or for the chunk of the next one
  buffer_full,
  segment_over,    // the next row belongs to another segment
  other_layout,    // without a segment: the next row cannot lie in one file with those that are in the buffers
  queue_over,      // nothing will come any more
  segment_broken,  // a chunk could not be written: error() says why
};

// Recorder thread. Allocates nothing once made but for errors.
class RowGatherer {
 public:
  // `backlog` is null where no frames are kept. All outlive it.
  RowGatherer(const RecorderContext& context, const RecordedCamera& camera, ChunkBacklog* backlog);

  // What the next segment says: that of the rows taken last, whose file it may be; with `free`, of the next one.
  [[nodiscard]] std::shared_ptr<const RecordedGeneration> facts(bool free);

  // Without a segment no frame is stored, and rows of any segment are taken.
  [[nodiscard]] GatherEnd gather(OpenSegment* segment, CommitBuffer& into);
  // The buffer is full and cannot be written: throws away the rows that are there, counting their frames and noting
  // them in the gap that is open. False when there is nothing now.
  [[nodiscard]] bool drop_rows(GapCause cause, CommitBuffer& into);
  // Whether the last gather() took anything.
  [[nodiscard]] bool moved() const { return moved_; }
  [[nodiscard]] const Error& error() const { return error_; }

  // The segment ends: puts the gap that is still open into the buffer; false when that is full.
  [[nodiscard]] bool close_gap(CommitBuffer& into);
  // Another segment begins. With `chunk_lost` what is left of the chunk in hand is in no file.
  void begin_segment(bool chunk_lost);
  // Throws away whatever comes, counting its frames as failed; false when there is nothing now.
  [[nodiscard]] bool discard();
  [[nodiscard]] bool queue_over();

  // Mean activity of each region over all pairs that are activity; NaN without any.
  [[nodiscard]] std::vector<double> mean_activity() const;
  [[nodiscard]] const std::vector<RegionMask>& regions() const { return taken_->camera.regions; }
  // Of the differences over the whole frame in these pairs.
  [[nodiscard]] const NoiseMeter& noise() const { return noise_; }

 private:
  enum class Outcome : std::uint8_t { stored, disk_full, failed };

  [[nodiscard]] const RecordedGeneration& generation_of(const Row& row);
  void follow_generation();
  [[nodiscard]] std::optional<GatherEnd> take(const RowEntry& entry, OpenSegment* segment, CommitBuffer& into);
  [[nodiscard]] std::optional<GatherEnd> take_chunk(OpenSegment* segment, CommitBuffer& into);
  [[nodiscard]] bool drop_frame();
  [[nodiscard]] Outcome write(const CodedChunk& chunk, OpenSegment* segment, CommitBuffer& into);
  void add_stored_row(Row row, std::span<const RegionRow> regions, CommitBuffer& into);
  void add_dropped_row(Row row, std::span<const RegionRow> regions, CommitBuffer& into);
  void extend_gap(const Row& row, GapCause cause, CommitBuffer& into);
  void note_activity(const RowEntry& entry);
  [[nodiscard]] bool take_gaps_and_events(CommitBuffer& into);
  [[nodiscard]] std::optional<GatherEnd> take_images(OpenSegment* segment, CommitBuffer& into);
  [[nodiscard]] bool write_images(const ImageBatch& batch, OpenSegment& segment, CommitBuffer& into);

  // Constant after construction.
  const RecorderContext& context_;
  CameraChannel& channel_;
  GenerationBook<RecordedGeneration>* const generations_;
  ChunkBacklog* const backlog_;
  // Recorder thread.
  std::shared_ptr<const RecordedGeneration> taken_;  // of the rows that were taken last
  std::shared_ptr<const RecordedGeneration> next_;   // of the row looked at last
  std::uint32_t next_generation_;                    // of that row
  std::uint64_t next_row_ = 0;
  std::optional<std::uint32_t> run_segment_;  // of the rows that are being taken; none: the next one says
  std::uint64_t chunk_frames_left_ = 0;       // of the chunk taken last, that still wait for their rows
  Outcome outcome_ = Outcome::stored;         // of that chunk
  std::uint64_t next_index_ = 0;              // in /frames, of the next of them
  std::optional<Gap> open_gap_;
  std::optional<ImageBatch> maps_;     // of the correction, since they are known
  bool maps_written_ = true;           // into this segment
  std::vector<double> activity_sums_;  // per region
  std::uint64_t pairs_ = 0;            // in them
  NoiseMeter noise_;
  Error error_;
  bool broken_ = false;  // error_ is to be reported
  bool moved_ = false;
};

}  // namespace tarsier
