// Writes one camera: gathers, commits, appends, publishes, and goes from segment to segment. DESIGN's "Durability" in
// steps that never wait.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "store/commit_buffer.hpp"
#include "store/commit_slot.hpp"
#include "store/open_segment.hpp"
#include "store/recorder_context.hpp"
#include "store/row_gatherer.hpp"

namespace tarsier {

// Recorder thread. Allocates where a segment begins or ends, and for errors.
class CameraRecorder {
 public:
  // `rows`: how many a commit holds at most.
  [[nodiscard]] static Bytes cost(std::uint64_t rows, std::uint64_t regions);
  // `index` is the camera's in the manifest. All but `arena` outlive it.
  CameraRecorder(const RecorderContext& context, std::size_t index, const RecordedCamera& camera, ChunkBacklog* backlog,
                 Arena& arena);
  // A segment into which nothing was written is deleted.
  ~CameraRecorder();
  CameraRecorder(const CameraRecorder&) = delete;
  CameraRecorder& operator=(const CameraRecorder&) = delete;

  // Before the thread starts: makes the first segment.
  [[nodiscard]] Result<void> begin();
  // Does what can be done now without waiting for anybody; false when that was nothing.
  [[nodiscard]] bool step();
  // The queue has ended and everything is where it can be.
  [[nodiscard]] bool ended() const { return ended_; }
  // When step() will have something to do by itself (CLOCK_MONOTONIC).
  [[nodiscard]] Nanoseconds next_deadline() const;

  // After the end: why a segment could not be sealed; empty when all were.
  [[nodiscard]] const std::string& unsealed() const { return unsealed_; }
  [[nodiscard]] std::vector<double> mean_activity() const { return gatherer_.mean_activity(); }
  [[nodiscard]] const std::vector<RegionMask>& regions() const { return gatherer_.regions(); }
  [[nodiscard]] const NoiseMeter& noise() const { return gatherer_.noise(); }

 private:
  [[nodiscard]] Result<void> open_segment();
  [[nodiscard]] bool reopen(Nanoseconds now);
  [[nodiscard]] bool gather(Nanoseconds now);
  [[nodiscard]] bool starve();
  void watch_place(Nanoseconds now);
  [[nodiscard]] Result<void> prepare_folder();
  void note_trend(bool at_last);
  void date_commit(Nanoseconds now);
  [[nodiscard]] bool commit(Nanoseconds now);
  void submit();
  [[nodiscard]] bool take_answer(Nanoseconds now);
  void acknowledge();
  void count_ids(const RecordContent& content);
  void watch_size();
  [[nodiscard]] bool advance(Nanoseconds now);
  [[nodiscard]] bool publish(Nanoseconds now);
  void finish_segment();
  [[nodiscard]] Result<void> seal();
  void list_sealed();
  void set_aside();
  void come_to_grief(const std::string& why);
  void end_trouble();
  [[nodiscard]] bool give_up(Nanoseconds now, const std::string& why);
  void lose_buffers();
  [[nodiscard]] bool discard();
  void break_segment(std::string why, bool for_space);
  [[nodiscard]] RecordContent flying_content() const;

  static constexpr Nanoseconds retry_interval = std::chrono::seconds(1);
  static constexpr unsigned barren_limit = 2;

  // Constant after construction.
  const RecorderContext& context_;
  const std::size_t index_;
  const CameraRecording& camera_;
  CameraChannel& channel_;
  CommitSlot& slot_;
  std::span<std::byte> record_;
  // Recorder thread. Of the two buffers one gathers while the other is made durable.
  CommitBuffer first_buffer_;
  CommitBuffer second_buffer_;
  CommitBuffer* gathering_ = &first_buffer_;
  CommitBuffer* flying_ = &second_buffer_;  // not empty: submitted, or to be submitted again
  LedgerCounts flying_ledger_;              // at its first submission, without what it counts itself
  RowGatherer gatherer_;
  std::unique_ptr<OpenSegment> segment_;  // null: could not be made yet
  std::size_t listed_ = 0;                // its index in the manifest
  std::uint32_t next_number_ = 1;
  std::uint64_t next_frame_id_ = 0;
  std::int64_t last_utc_ns_ = 0;
  Nanoseconds next_commit_{0};
  Nanoseconds next_publish_{0};
  Nanoseconds next_place_look_{0};
  std::uint64_t next_trend_ = 0;
  Nanoseconds retry_at_{0};                // 0: nothing was refused since the last success
  std::optional<Nanoseconds> give_up_at_;  // set once the run is ending
  bool given_up_ = false;
  std::optional<std::string> broken_;  // why the segment must be set aside
  bool broken_for_space_ = false;
  unsigned barren_ = 0;    // segments in a row that broke before anything was safe in them
  bool troubled_ = false;  // nothing could be written, and nothing has been safe since
  bool dated_ = false;     // next_commit_ counts from what is being gathered
  bool buffer_full_ = false;
  bool unpublished_ = false;
  bool rotation_asked_ = false;  // the segment is large enough, and its chain knows
  bool closing_ = false;         // the segment gets no more rows
  bool last_ = false;            // it is the run's last one
  bool ended_ = false;
  std::string unsealed_;
};

}  // namespace tarsier
