// Copies what a journal knows into a fresh segment: the chunks from where they lie in the torn file, checked and not
// recoded, everything else from the journal.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "store/chunk_read_ahead.hpp"
#include "store/journal_reader.hpp"
#include "store/recovery_survey.hpp"
#include "store/segment_writer.hpp"

namespace tarsier {

// One thread, and one beside it with `read_ahead`. Holds one chunk or two and a thousand rows; all entries of chunks
// are the survey's.
class RecoveryCopy {
 public:
  // `part` may be missing (-1): then every frame is lost. `tick` hears of copied bytes and stops the copy with false.
  RecoveryCopy(FileOperations& files, JournalReader& journal, const JournalSurvey& survey, int part,
               const std::filesystem::path& part_path, SegmentWriter& writer,
               const std::function<bool(std::uint64_t)>& tick, bool read_ahead);

  [[nodiscard]] Result<void> run();

  // After run(): of the new file.
  [[nodiscard]] const std::vector<ChunkEntry>& chunks() const { return chunks_; }
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  // Frames whose chunk is damaged: their rows are there. Placeholders are not counted.
  [[nodiscard]] std::uint64_t lost_frames() const { return lost_frames_; }
  [[nodiscard]] std::uint64_t lost_images() const { return lost_images_; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  // Gaps that the lost frames make.
  [[nodiscard]] const std::vector<Gap>& new_gaps() const { return new_gaps_; }

 private:
  [[nodiscard]] Result<void> copy_maps();
  [[nodiscard]] Result<void> copy_record();
  [[nodiscard]] Result<void> copy_frame_chunks(std::uint64_t count);
  [[nodiscard]] Result<void> copy_frames(const ChunkEntry& chunk, std::uint64_t frames);
  [[nodiscard]] Result<void> copy_projections();
  [[nodiscard]] Result<void> copy_projection(const ProjectionRow& projection);
  [[nodiscard]] Result<void> copy_image(ImageKind kind, const ChunkEntry& chunk);
  [[nodiscard]] Result<void> lose_projection(const ProjectionRow& projection);
  [[nodiscard]] Result<void> copy_rows();
  [[nodiscard]] Result<void> place_rows(std::vector<Row>& rows);
  [[nodiscard]] Result<void> close_gap();
  template <typename Item, typename Append>
  [[nodiscard]] Result<void> copy_items(Append append);
  [[nodiscard]] Result<bool> fetch_frames(std::uint64_t index);
  [[nodiscard]] Result<void> told(std::uint64_t bytes);

  FileOperations& files_;
  JournalReader& journal_;
  const JournalSurvey& survey_;
  const CameraRecording& camera_;
  PartReader part_;
  const std::filesystem::path& part_path_;
  SegmentWriter& writer_;
  const std::function<bool(std::uint64_t)>& tick_;

  std::vector<std::byte> buffer_;
  std::vector<ChunkEntry> chunks_;
  // Of the chunks of /frames that were looked at: where their first frame is in the new file; -1: damaged.
  std::vector<std::int64_t> new_first_;
  std::uint64_t frames_ = 0;
  std::uint64_t unwritten_ = 0;  // bytes that the kernel was not told to begin writing
  std::uint64_t old_index_ = 0;  // of the next row with a frame
  std::uint64_t projections_ = 0;
  std::uint64_t new_projections_ = 0;
  std::optional<Gap> open_gap_;
  std::vector<Gap> new_gaps_;
  std::uint64_t lost_frames_ = 0;
  std::uint64_t lost_images_ = 0;
  bool stopped_ = false;
  std::optional<ChunkReadAhead> ahead_;
};

}  // namespace tarsier
