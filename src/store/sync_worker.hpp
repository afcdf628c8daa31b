// The work of the thread `sync`: makes commits durable, and after a seal writes the manifest, deletes the journal and
// hashes the file.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file_operations.hpp"
#include "store/commit_slot.hpp"
#include "store/disk_space.hpp"
#include "store/file_hasher.hpp"
#include "store/manifest.hpp"
#include "store/segment_deleter.hpp"
#include "store/segment_files.hpp"

namespace tarsier {

// A segment under its final name.
struct SealedSegment {
  std::size_t camera = 0;
  std::size_t segment = 0;                          // in the manifest
  std::filesystem::path file;                       // empty: nothing was in it, nothing is hashed
  std::filesystem::path journal;                    // to be deleted; empty: there is none
  std::optional<SegmentFiles> torn = std::nullopt;  // what it was recovered from, to be deleted
};

class SyncWorker {
 public:
  // All outlive it. `recorder` hears of answers.
  SyncWorker(FileOperations& files, const Clock& clock, Manifest& manifest, Wakeup& recorder)
      : files_(files), clock_(clock), manifest_(manifest), recorder_(recorder), hasher_(files) {}

  // Before the thread starts.
  [[nodiscard]] CommitSlot& add_camera() { return *slots_.emplace_back(std::make_unique<CommitSlot>(wakeup_)); }

  // Before the thread starts: what makes room on a full disk. `deleter` may be null: nothing is ever deleted.
  void use_disk(DiskSpace& disk, SegmentDeleter* deleter) {
    disk_ = &disk;
    deleter_ = deleter;
  }
  // Recorder thread: what was deleted since, for the file; none most of the time.
  [[nodiscard]] std::optional<Event> take_note();
  // Any thread: segments to be entered in the manifest and hashed. Allocates.
  void sealed(SealedSegment segment);
  // Any thread: something in the manifest has changed.
  void write_manifest();
  // Any thread: hurry; what isn't hashed at `deadline` (CLOCK_MONOTONIC) is left for the next start.
  void finish(Nanoseconds deadline);

  // Sync thread: does what is most urgent; false when there was nothing to do now.
  [[nodiscard]] bool step();
  // Sync thread: finish() was asked for and all is done that is going to be.
  [[nodiscard]] bool done();
  // The thread's body: steps until done().
  void run();
  // After the thread is over: the manifest's last version, with the run's end.
  [[nodiscard]] Result<void> close();

 private:
  [[nodiscard]] bool commit();
  [[nodiscard]] Result<void> make_durable(const Commit& commit);
  [[nodiscard]] bool keep_manifest();
  [[nodiscard]] Result<void> write_manifest_now();
  void delete_journals(std::vector<SealedSegment> segments);
  [[nodiscard]] bool make_room();
  void note_deletion(const DeletedSegment& deleted);
  [[nodiscard]] bool hash();
  [[nodiscard]] bool begin_hash();
  void end_hash(std::string sha256);
  [[nodiscard]] bool hashing_allowed(Nanoseconds now) const;

  // Constant after construction.
  FileOperations& files_;
  const Clock& clock_;
  Manifest& manifest_;
  Wakeup& recorder_;
  DiskSpace* disk_ = nullptr;
  SegmentDeleter* deleter_ = nullptr;
  std::vector<std::unique_ptr<CommitSlot>> slots_;
  Wakeup wakeup_;
  // Guarded by mutex_.
  mutable std::mutex mutex_;
  std::vector<SealedSegment> unlisted_;  // not in the manifest on disk yet
  bool manifest_dirty_ = false;
  std::optional<Nanoseconds> deadline_;
  std::optional<Event> note_;
  // Any thread; relaxed: the mutex guards the note itself.
  std::atomic<bool> noted_{false};
  // Sync thread.
  FileHasher hasher_;
  std::deque<SealedSegment> unhashed_;
  bool hashing_ = false;
  Nanoseconds next_hash_{0};
  Nanoseconds next_manifest_{0};
  Nanoseconds next_room_look_{0};
  bool room_failing_ = false;
  bool manifest_failing_ = false;
};

}  // namespace tarsier
