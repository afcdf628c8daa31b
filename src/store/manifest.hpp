// run.json: what a run consists of, for people, `tarsier pull` and the next start. JOURNAL.md describes its fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "base/unique_fd.hpp"
#include "config/rig.hpp"
#include "store/fixed_list.hpp"
#include "store/recorder.hpp"
#include "store/segment_files.hpp"

namespace tarsier {

// The most gaps of a camera that run.json lists; further ones are merged into the last one of their cause.
inline constexpr std::uint64_t manifest_gaps = 10'000;

// The most rigs that run.json lists: the first one and the latest ones; every segment holds its own.
inline constexpr std::size_t manifest_rigs = 32;

// A sealed segment of an earlier start whose hash was not ready when that one stopped.
struct UnhashedSegment {
  std::size_t camera = 0;
  std::size_t segment = 0;
  std::filesystem::path file;
};

// Where an adopted segment stands, and what it was made from.
struct AdoptedEntry {
  std::size_t camera = 0;
  std::size_t segment = 0;
  SegmentFiles torn;
  bool sealed_now = false;  // it has become a sealed file by that
};

// A sealed segment, in a manifest.
struct DeletableSegment {
  std::size_t camera = 0;
  std::size_t segment = 0;
  std::filesystem::path file;  // relative to the run's folder
  std::uint64_t bytes = 0;
};

// Any thread, but write(), which one thread calls at a time. Allocates when segments begin or end, and in write().
class Manifest {
 public:
  [[nodiscard]] static Bytes cost() { return FixedList<Gap>::cost(manifest_gaps); }  // a camera
  // In memory only when `folder` is empty. An existing run.json is continued; one that cannot be read is an error.
  [[nodiscard]] static Result<std::unique_ptr<Manifest>> open(FileOperations& files, Arena& arena,
                                                              std::filesystem::path folder, const RunFacts& run,
                                                              const std::vector<RecordedCamera>& cameras);

  // Returns the segment's index. `file` is relative to the run's folder.
  [[nodiscard]] std::size_t begin_segment(std::size_t camera, const std::filesystem::path& file);
  // The segment has ended; one that is not sealed is left for recovery.
  void update_segment(std::size_t camera, std::size_t segment, SegmentSummary summary);
  // Only the camera's last one: nothing was written into it.
  void forget_segment(std::size_t camera, std::size_t segment);
  void set_hash(std::size_t camera, std::size_t segment, std::string sha256);
  // Replaces the entry of a torn segment by that of the one made from it, unless the recorder sealed it after all, and
  // adds those of its gaps that are not there yet; nothing when no camera of this run has it.
  [[nodiscard]] std::optional<AdoptedEntry> adopt(const AdoptedSegment& adopted);
  // Allocates nothing.
  void add_gaps(std::size_t camera, std::span<const Gap> gaps);
  void set_position(std::size_t camera, std::uint64_t next_frame_id, std::int64_t last_utc_ns);
  // Segments are made by this rig from now on; nothing when it is there already.
  void add_rig(std::uint32_t generation, const Json& document);
  void end(Nanoseconds utc);
  // Notes that `file` (as run.json names it) was copied away; an error where `sha256` is not that of the file.
  [[nodiscard]] Result<void> mark_pulled(const std::filesystem::path& file, const std::string& sha256, Nanoseconds utc);
  // The oldest segment that may be deleted under `policy`; never the last one of a camera that is sealed, nor one whose
  // checksum is not known yet.
  [[nodiscard]] std::optional<DeletableSegment> oldest_deletable(Retention policy) const;
  // Notes that it is deleted, or, with an empty text, that it is not after all.
  void mark_deleted(const DeletableSegment& segment, std::string utc);

  [[nodiscard]] std::vector<SegmentSummary> segments(std::size_t camera) const;
  [[nodiscard]] std::vector<UnhashedSegment> unhashed() const;
  // How many segments ended unsealed so far.
  [[nodiscard]] std::uint64_t left_torn() const;
  // Of the segments that are deleted.
  [[nodiscard]] std::vector<std::filesystem::path> deleted_files() const;
  // Replaces run.json atomically.
  [[nodiscard]] Result<void> write();

 private:
  struct Camera {
    std::string name;
    const Ledger* ledger = nullptr;  // null: of an earlier start, not in this one
    Json unknown;                    // such a camera's entry as it was
    std::vector<SegmentSummary> segments;
    FixedList<Gap> gaps;
    std::uint64_t gaps_merged = 0;
    std::uint64_t next_frame_id = 0;
    std::int64_t last_utc_ns = 0;
  };

  Manifest(FileOperations& files, std::filesystem::path folder) : files_(files), folder_(std::move(folder)) {}
  void begin(const RunFacts& run, const std::vector<RecordedCamera>& cameras, Arena& arena, const Json& earlier);
  void begin_camera(const RecordedCamera& recorded, Arena& arena, const Json& earlier);
  void begin_rigs(const RunFacts& run, const std::vector<RecordedCamera>& cameras);
  [[nodiscard]] std::string text() const;
  void list_torn(Camera& camera) const;
  static void add_new_gaps(Camera& camera, std::span<const Gap> gaps);
  static void add_gap(Camera& camera, const Gap& gap);
  static void write_camera(const Camera& camera, std::string& text);

  // Constant after construction.
  FileOperations& files_;
  const std::filesystem::path folder_;
  // Guarded by mutex_.
  mutable std::mutex mutex_;
  Json head_;  // all but the cameras
  std::vector<Camera> cameras_;
  std::uint64_t left_torn_ = 0;
};

// Whoever changes the manifest of a run that is not recorded now holds this from reading it to having written it:
// recovery, deletion, a note that a segment was pulled. With `wait` it waits for the others; else Error::error_number
// is EWOULDBLOCK while somebody has it.
[[nodiscard]] Result<UniqueFd> lock_manifest(FileOperations& files, const std::filesystem::path& run_folder,
                                             bool wait = true);

// The document of an existing run.
[[nodiscard]] Result<Json> read_manifest(FileOperations& files, const std::filesystem::path& run_folder);

}  // namespace tarsier
