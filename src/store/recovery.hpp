// Makes a segment that its recorder never sealed anew from its journal and from the chunks that lie in the `.part`,
// whose own structure is never trusted. JOURNAL.md says what happens to the files.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "frame/ledger.hpp"
#include "frame/row.hpp"
#include "store/recorder.hpp"
#include "store/segment_files.hpp"

namespace tarsier {

struct RecoveryProgress {
  std::uint64_t done_bytes = 0;
  std::uint64_t total_bytes = 0;
};

struct RecoveryOptions {
  // Free space that the copy must leave; it is refused with ENOSPC before it begins.
  Bytes keep_free;
  // Makes the copy durable in pieces of this size instead of at the end alone, so that others need not wait for all of
  // it; 0: the kernel writes as it likes.
  Bytes sync_every;
  // Only looks: no file is written, renamed or deleted.
  bool dry_run = false;
  // A second thread reads and checks the next chunk of frames while one is written; it takes memory for one more chunk.
  bool read_ahead = false;
  // Called after each chunk; false stops, and everything is as before.
  std::function<bool(const RecoveryProgress&)> tick;
};

enum class RecoveryEnd : std::uint8_t {
  recovered,       // the final name is there, durably
  sealed_already,  // it was there: the recorder or an earlier recovery got so far
  empty,           // nothing in it had been acknowledged
  stopped,         // by tick
};

struct RecoveredSegment {
  RecoveryEnd end = RecoveryEnd::empty;
  std::string run, camera;
  SegmentSummary summary;  // file: the final name alone, without folder
  LedgerCounts ledger;     // of the last record; lost frames count as failed
  std::uint64_t next_frame_id = 0;
  std::int64_t last_utc_ns = 0;   // of the last row; 0: none
  std::uint64_t lost_frames = 0;  // acknowledged and damaged since: their rows are there
  std::uint64_t lost_images = 0;
  std::uint64_t unacknowledged_frames = 0;  // left out
  std::vector<Gap> gaps;                    // the first thousand of the segment's
};

// What a recovery is called while it is being made.
[[nodiscard]] std::filesystem::path recovered_name(const SegmentFiles& names);

// Leaves `.part` and journal where they are: enter the segment in run.json, then remove_torn(). Idempotent, also when
// it is killed anywhere. Every file operation goes through `files`, HDF5's own among them. Holds the journal's lock
// meanwhile; Error::error_number is EWOULDBLOCK when somebody else does.
[[nodiscard]] Result<RecoveredSegment> recover_segment(FileOperations& files, const SegmentFiles& names,
                                                       const RecoveryOptions& options = {});

// Deletes `.part`, then the journal, durably in this order. Only after recover_segment() ended with anything but
// `stopped`.
[[nodiscard]] Result<void> remove_torn(FileOperations& files, const SegmentFiles& names);

}  // namespace tarsier
