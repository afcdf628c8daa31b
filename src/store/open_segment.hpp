// The segment that a camera writes now: its HDF5 file, its journal and their names, from creation to final name.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "store/chunk_backlog.hpp"
#include "store/commit_buffer.hpp"
#include "store/commit_slot.hpp"
#include "store/journal.hpp"
#include "store/recorder_context.hpp"
#include "store/segment_files.hpp"
#include "store/segment_writer.hpp"

namespace tarsier {

// Recorder thread. Its end closes both files and leaves them where they are, for recovery.
class OpenSegment {
 public:
  // Makes both files, durably. `ledger` and `next_frame_id` are the camera's at this moment. On failure nothing is
  // left behind.
  [[nodiscard]] static Result<std::unique_ptr<OpenSegment>> create(const RecorderContext& context,
                                                                   std::shared_ptr<const RecordedGeneration> facts,
                                                                   std::uint32_t number, const LedgerCounts& ledger,
                                                                   std::uint64_t next_frame_id);

  // Writes a chunk behind those before it; its entry is for the journal. After a failure nothing more can be written.
  [[nodiscard]] Result<ChunkEntry> write_chunk(const CodedChunk& chunk);
  // Writes an image of a kind that the camera makes.
  [[nodiscard]] Result<ChunkEntry> write_image(ImageKind kind, std::span<const std::byte> pixels);
  // The index that the next frame written will have in /frames.
  [[nodiscard]] std::uint64_t next_stored_index() const { return frames_; }

  // What the sync thread is to make durable for `content`, serialised into `buffer`, which holds record_bytes(content).
  [[nodiscard]] Commit commit(std::span<std::byte> buffer, const RecordContent& content);
  // The commit is durable. Counts it as part of the segment.
  void committed(const RecordContent& content);
  // Appends what is durable to the datasets.
  [[nodiscard]] Result<void> append(const RecordContent& content);
  [[nodiscard]] Result<void> publish() { return writer_->publish(); }
  // Whether its file still lies where it was made: not when somebody deleted it or another disk is mounted over it.
  [[nodiscard]] bool in_place() const;
  // That the file takes now.
  [[nodiscard]] std::uint64_t bytes() const { return writer_->bytes(); }

  // Closes, seals and renames. The journal stays, locked until the end of this object.
  [[nodiscard]] Result<void> seal(const SealFacts& facts);
  // What the seal may add to the disk, at most.
  [[nodiscard]] Bytes seal_bytes() const;
  // After seal(): the journal that is not needed any more; empty when a power cut might still undo the final name.
  [[nodiscard]] std::filesystem::path spare_journal() const {
    return name_durable_ ? names_.journal : std::filesystem::path();
  }
  // Closes and deletes both files.
  void discard();

  // Nothing of a camera's is in it.
  [[nodiscard]] bool empty() const { return !anything_; }
  // Something is safe in it.
  [[nodiscard]] bool useful() const { return sequence_ > 1; }
  [[nodiscard]] std::uint32_t layout() const { return facts_->layout; }
  [[nodiscard]] const SegmentFiles& names() const { return names_; }
  [[nodiscard]] const SegmentSummary& summary() const { return summary_; }

 private:
  OpenSegment(const RecorderContext& context, std::shared_ptr<const RecordedGeneration> facts)
      : context_(context), facts_(std::move(facts)), run_(*facts_->run), camera_(facts_->camera) {}
  [[nodiscard]] Result<void> make_files(std::uint32_t number, const LedgerCounts& ledger, std::uint64_t next_frame_id);
  void delete_files();

  // Constant after create().
  const RecorderContext& context_;
  const std::shared_ptr<const RecordedGeneration> facts_;
  const RunFacts& run_;            // of facts_
  const CameraRecording& camera_;  // of facts_
  SegmentFiles names_;
  std::uint64_t id_ = 0;
  // Recorder thread.
  std::unique_ptr<SegmentWriter> writer_;
  std::unique_ptr<Journal> journal_;
  SegmentSummary summary_;
  std::uint64_t sequence_ = 1;  // of the next record
  std::uint64_t chunks_ = 0;    // in the file
  std::uint64_t chunks_safe_ = 0;
  std::uint64_t frames_ = 0;  // in the file
  std::array<std::uint64_t, image_kinds> images_{};
  bool anything_ = false;
  bool name_durable_ = true;
};

}  // namespace tarsier
