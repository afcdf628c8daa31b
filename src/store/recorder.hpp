// Writes what the chains hand over: codec, journal, segments, manifest. Owns the threads codec-0, codec-1 ..., recorder
// and sync.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file_operations.hpp"
#include "base/stage_times.hpp"
#include "frame/camera_channel.hpp"
#include "frame/generation_book.hpp"
#include "frame/noise_meter.hpp"
#include "store/io_watch.hpp"
#include "store/segment.hpp"

namespace tarsier {

// Where the segments go.
struct RecordingPlace {
  // A run's folder: <folder>/run.json and <folder>/<camera>/<experiment>_<camera>_<time>_000001.h5. Made when missing;
  // an existing one is continued with the next segment numbers.
  std::filesystem::path run_folder;
  // Instead: exactly this one file of the only camera, no manifest, no rotation (`reduce -o OUT.h5`). Never
  // overwritten.
  std::filesystem::path single_file;
};

struct RecordedCamera {
  CameraChannel* channel = nullptr;  // outlives the recorder
  CameraRecording facts;             // of the first generation
  // What later ones say, each before its first frame; outlives the recorder. Null: there will be none. Only regions and
  // what is measured may change: as many regions as the channel's rows have room for.
  GenerationBook<RecordedGeneration>* generations = nullptr;
};

struct RecorderOptions {
  // What a rig says of it.
  [[nodiscard]] static RecorderOptions of(const StoreConfig& store);

  Codec codec = Codec::deflate;
  std::uint32_t deflate_level = 1;
  std::uint32_t codec_threads = 1;
  Nanoseconds sync_interval = std::chrono::milliseconds(1000);
  Nanoseconds reader_flush_interval = std::chrono::seconds(2);  // SWMR readers see new rows this often
  // A file that has grown to this asks its chain for a new segment (channel.rotate_requested); none: never.
  std::optional<Bytes> segment_limit;
  std::vector<std::uint64_t> backlog_chunks;  // per camera: coded chunks that the plan reserved
  Bytes reserve;                              // free space below which frames are no longer stored
  Retention retention = Retention::keep_all;  // what of the store goes when the disk is nearly full
  std::filesystem::path ballast;              // a file that takes up part of the reserve; empty: none
  // Whether segments may be made in the run's folder now; empty: always. Recorder thread, before each one.
  std::function<Result<void>()> check_place;
  FileOperations* files = &system_files();
  const Clock* clock = nullptr;
};

struct SegmentSummary {
  std::filesystem::path file;  // relative to the run's folder; the single file's path as given
  std::uint64_t first_id = 0, last_id = 0, frames = 0, rows = 0, bytes = 0;
  std::string sha256;
  bool sealed = false;
  std::string pulled, deleted;  // when (UTC); empty: it was not
};

struct CameraSummary {
  std::string camera;
  std::vector<SegmentSummary> segments;  // of the whole run, earlier ones included
  std::vector<std::string> regions;      // of the last generation that had rows
  std::vector<double> mean_activity;     // per region, over its pairs that are activity; NaN without any
  NoiseMeter noise;                      // of the differences of these pairs
};

struct StoreStatus {
  std::uint64_t free_bytes = 0;
  std::uint64_t reserve_bytes = 0;
  std::uint64_t room_bytes = 0;    // for frames: free beside the reserve
  double written_bytes_per_s = 0;  // over the last 10 s
  // NaN while unknown: over the last 10 min; how long the room lasts at that rate (before a minute has passed, at the
  // other), and at the higher of the two.
  double long_bytes_per_s = 0, hours_left = 0, hours_left_least = 0;
  std::uint64_t written_bytes = 0;
  bool disk_full = false;
  // Since the start: each write, each sync of the files, each seal as a whole.
  IoFigures writes, syncs, seals;
  std::vector<BlockedCall> blocked;  // now, the longest first
  std::string trouble;               // why nothing can be written at present; empty: it can
};

// What an interrupted run left in its manifest and in the journals of its torn segments, for the camera to go on from.
struct CameraResume {
  std::string camera;
  LedgerCounts counts;
  std::uint64_t next_frame_id = 0;  // larger than every id used before
  std::uint32_t next_segment = 1;
  std::int64_t last_utc_ns = 0;  // of the last row, or of the start of a run without any; 0: unknown
  bool crashed = false;          // it left a segment that nobody sealed
};

// A segment that recover_segment() has made anew beside the recording.
struct AdoptedSegment {
  std::string camera;
  std::filesystem::path journal;  // of the torn one
  SegmentSummary summary;         // file: the final name alone; sealed false: nothing was in it
  std::uint64_t lost_frames = 0;
  std::vector<Gap> gaps;
};

class Recorder {
 public:
  // What the recorder takes from the arena for one camera, and how many frames go into a chunk.
  [[nodiscard]] static std::uint64_t frames_per_chunk(std::uint64_t frame_bytes, double frames_per_s,
                                                      Nanoseconds sync_interval);
  [[nodiscard]] static Bytes cost(std::uint64_t frame_bytes, std::uint64_t frames_per_chunk,
                                  std::uint64_t backlog_chunks, std::uint64_t rows, std::uint64_t regions,
                                  std::uint32_t codec_threads = 1);
  // What it takes from the heap once, whatever the cameras: a compressor for each codec thread and a block for hashing.
  [[nodiscard]] static Bytes fixed_cost(Codec codec, std::uint32_t deflate_level, std::uint32_t codec_threads = 1);
  // Reads run.json of an existing run folder and the last record of each journal there, whichever is newer; one entry a
  // camera.
  [[nodiscard]] static Result<std::vector<CameraResume>> resume(const std::filesystem::path& run_folder);

  // Makes folders, the first segment and the journal of each camera: all that can be refused is refused here.
  [[nodiscard]] static Result<std::unique_ptr<Recorder>> create(RecordingPlace place, RunFacts run,
                                                                std::vector<RecordedCamera> cameras,
                                                                RecorderOptions options, Arena& arena);
  virtual ~Recorder() = default;

  virtual void start() = 0;
  // Any thread, before the channels are closed: the run ends. From here on a full disk is waited for two seconds only,
  // so that nobody upstream is held up for ever.
  virtual void stopping() = 0;
  // After every channel's row queue was closed: writes what is left, seals, writes the manifest, joins the threads.
  // Checksums of sealed files that are not ready after `hashing` stay null until the run goes on.
  [[nodiscard]] virtual Result<std::vector<CameraSummary>> finish(Nanoseconds hashing = std::chrono::seconds(2)) = 0;
  // Any thread: enters a segment of this run that was recovered, and deletes what it was recovered from once run.json
  // says so. Allocates.
  virtual void adopt(AdoptedSegment segment) = 0;
  // Any thread: how many segments could not be sealed so far and were left for recovery.
  [[nodiscard]] virtual std::uint64_t left_torn() const = 0;
  // Any thread.
  [[nodiscard]] virtual StoreStatus status() const = 0;
  // Any thread: acts at once. Only what a rig may change during a run: segment_mib and reserve_mib.
  virtual void set_live(const StoreConfig& store) = 0;
  // Any thread: makes so much room beside the reserve, as far as store.retention lets segments go; 0: no more.
  virtual void want_room(Bytes bytes) = 0;
  // The supervisor, again and again: writes to the log which operation on the disk is blocked.
  virtual void report_blocked() = 0;
  // Any thread: notes that a sealed segment (as run.json names it) was copied away; refuses a wrong checksum. Of the
  // other runs: mark_pulled() of segment_deleter.hpp.
  [[nodiscard]] virtual Result<void> mark_pulled(const std::filesystem::path& file, const std::string& sha256) = 0;
  // Any thread: empty while all is well; else the error after which nothing can be written any more.
  [[nodiscard]] virtual std::string fault() const = 0;
};

}  // namespace tarsier
