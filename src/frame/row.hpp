// The reduced result of one taken frame, as /tarsier/rows and /tarsier/regions hold it.
#pragma once

#include <cstdint>

namespace tarsier {

// Bits of Row::flags. src/store/FORMAT.md explains each to readers.
enum RowFlag : std::uint32_t {
  row_first = 1U << 0,                // first row of a run: there is no pair
  row_repeated = 1U << 1,             // placeholder: the last good frame stands for a sample that is missing
  row_pair_repeated = 1U << 2,        // one frame of the pair is a placeholder: not activity
  row_pair_wide = 1U << 3,            // the pair is further apart than 1.5 intervals: not activity
  row_averaged = 1U << 4,             // the mean of `sampling.average` frames
  row_uncorrected = 1U << 5,          // the background was not known yet
  row_disk_full = 1U << 6,            // its frame was not stored because the disk was full
  row_not_stored = 1U << 7,           // its frame should have been stored and failed to be
  row_utc_unsynchronised = 1U << 8,   // utc_ns comes from a clock that nothing disciplines
  row_sequence_distrusted = 1U << 9,  // the driver's sequence contradicts time; frame_id was counted here
  row_after_restart = 1U << 10,       // first row after the camera or the daemon came back
};

// A pair with any of these is not activity: derived series hold NaN there.
inline constexpr std::uint32_t no_activity_flags = row_first | row_pair_repeated | row_pair_wide;

struct Row {
  std::uint64_t frame_id = 0;
  std::int64_t stored_index = -1;  // index in /frames of the same segment; -1: not stored
  std::int64_t sensor_ns = 0;
  std::int64_t monotonic_ns = 0;
  std::int64_t utc_ns = 0;
  std::uint64_t utc_uncertainty_ns = UINT64_MAX;  // all ones: unknown
  std::int64_t residual_ns = 0;                   // sensor time minus the sample's deadline
  std::int64_t pair_ns = -1;                      // sensor time since the row before; -1: no pair
  std::uint32_t flags = 0;
  std::uint32_t generation = 1;
  std::uint32_t exposure_ns = 0;  // 0: unknown
  float gain = 0;                 // 0: unknown
  // Of the whole frame.
  std::uint64_t n = 0;
  std::uint64_t abs_diff_sum = 0;
  std::uint64_t changed = 0;
  std::uint64_t sum = 0;
  std::uint64_t sum_sq = 0;
  std::uint16_t min = 0;
  std::uint16_t max = 0;
  // NaN while drift is not measured.
  float drift_y = 0;
  float drift_x = 0;
  float drift_residual = 0;
  float drift_confidence = 0;
};

struct RegionRow {
  std::uint64_t abs_diff_sum = 0;
  std::uint32_t changed = 0;
  std::uint64_t sum = 0;
  std::uint64_t sum_sq = 0;
  std::uint16_t min = 0;
  std::uint16_t max = 0;
};

// Why frames are missing from a stretch of ids.
enum class GapCause : std::uint8_t {
  driver = 0,     // missed: the driver's sequence proves it
  restart = 1,    // missed: the camera or the daemon was restarting
  crash = 2,      // missed: the daemon or the machine died
  ring_full = 3,  // dropped: no free slot
  disk_full = 4,  // dropped: no room on the disk
  corrupted = 5,  // dropped: the driver marked it as damaged
  failed = 6,     // dropped: writing or converting it failed
  shutdown = 7,   // dropped: the run ended before it was stored
  no_sample = 8,  // deadlines of samples passed without a frame; first_id and last_id are the next frame taken
};

// A row of /tarsier/gaps.
struct Gap {
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;
  GapCause cause = GapCause::driver;
  bool estimated = false;  // the count of frames is worked out from the time, nothing proves it
  std::int64_t start_utc_ns = 0;
  std::int64_t end_utc_ns = 0;
};

enum class EventKind : std::uint8_t {
  mark = 0,            // somebody's remark
  clock_step = 1,      // value: seconds by which UTC stepped
  camera_restart = 2,  // value: how many times so far
  config = 3,          // value: generation
  storage = 4,
  trigger = 5,
  thermal = 6,  // value: degrees Celsius
  run = 7,      // a run began, was continued or ended
};

// A row of /tarsier/events.
struct Event {
  std::int64_t utc_ns = 0;
  std::int64_t monotonic_ns = 0;
  EventKind kind = EventKind::mark;
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;
  double value = 0;
  char text[64] = {};  // UTF-8, cut, zero-terminated
};

// A row of /tarsier/environment.
struct EnvironmentSample {
  std::int64_t utc_ns = 0;
  std::uint16_t channel = 0;
  double value = 0;
};

// What was waited for on the disk.
enum class StorageOperation : std::uint8_t {
  write = 0,  // one write of the operating system
  sync = 1,   // one fdatasync or fsync
  seal = 2,   // of a whole segment; its own is told by the next one
};

// A row of /tarsier/storage: how long one kind of operation took since the row before.
struct StorageRow {
  std::int64_t utc_ns = 0;
  StorageOperation operation = StorageOperation::write;
  std::uint64_t count = 0;
  float mean_us = 0;
  float p99_us = 0;
  float max_us = 0;
};

}  // namespace tarsier
