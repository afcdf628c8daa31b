#include "store/camera_recorder.hpp"

#include "CppUTest/TestHarness.h"
#include "store_bench.hpp"
#include "support/faulty_files.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

// What a reader finds in the sealed files argv[1:], which hold the frames from `first` on. The expressions of `more`
// see the last one as `f`.
const std::string read_back = R"(
import sys, h5py, numpy
first = 0
for path in sys.argv[1:]:
    f = h5py.File(path)
    rows, regions = f["tarsier/rows"][:], f["tarsier/regions"][:]
    ids = numpy.arange(first, first + len(rows))
    assert (rows["frame_id"] == ids).all(), rows["frame_id"]
    assert (rows["sum"] == 1000 + ids).all()
    assert (regions["abs_diff_sum"] == ids[:, None] * [1, 2]).all(), regions
    if "frames" in f:
        frames = f["frames"][:]
        assert (rows["stored_index"] == numpy.arange(len(frames))).all(), rows["stored_index"]
        data = frames.reshape(len(frames), -1).view("uint8")
        assert (data == (7 * ids[:, None] + numpy.arange(data.shape[1])) % 251).all()
    else:
        assert (rows["stored_index"] == -1).all()
    first += len(rows)
)";

CameraRecording gray16() {
  CameraRecording camera = bench_recording();
  camera.pixel = StoredPixel::gray16;
  return camera;
}

CameraRecording rows_only() {
  CameraRecording camera = bench_recording();
  camera.frames_kept = false;
  return camera;
}

}  // namespace

TEST_GROUP(CameraRecorder) {
  TemporaryFolder folder;
  FaultyFiles files;
  std::unique_ptr<StoreBench> bench;

  StoreBench& begin(CameraRecording recording = bench_recording(), Codec codec = Codec::deflate) {
    bench = std::make_unique<StoreBench>(files, folder.path(), std::move(recording), codec);
    must(bench->recorder->begin());
    return *bench;
  }
  void check_sealed(const std::string& more = "") {
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < bench->manifest->segments(0).size(); ++i) paths.push_back(bench->sealed(i));
    check_python(read_back + more, paths);
  }
  void check_alone() {
    for (const auto& entry : std::filesystem::directory_iterator(bench->run_folder() / "a")) {
      CHECK_EQUAL(std::string(".h5"), entry.path().extension().string());
    }
  }
};

TEST(CameraRecorder, frames_and_rows_are_read_back_with_a_partial_last_chunk) {
  begin().record(7);
  bench->finish();
  check_sealed("assert len(frames) == 7 and len(f['tarsier/chunks']) == 3");
  check_alone();
  CHECK_EQUAL(7, bench->ledger().stored);
  bench->check_ledger();
  const SegmentSummary segment = bench->manifest->segments(0).at(0);
  CHECK_TRUE(segment.sealed);
  CHECK_EQUAL(0, segment.first_id);
  CHECK_EQUAL(6, segment.last_id);
  CHECK_EQUAL(7, segment.frames);
  CHECK_EQUAL(7, segment.rows);
  CHECK_EQUAL(std::filesystem::file_size(bench->sealed(0)), segment.bytes);
  CHECK_EQUAL(64, segment.sha256.size());
}

TEST(CameraRecorder, uint16_frames_are_read_back_through_the_stock_filters) {
  begin(gray16()).record(8);
  bench->finish();
  check_sealed("assert frames.dtype == 'uint16' and f['frames'].shuffle and f['frames'].compression == 'gzip'");
}

TEST(CameraRecorder, uncompressed_frames_are_read_back) {
  begin(bench_recording(), Codec::none).record(8);
  bench->finish();
  check_sealed("assert f['frames'].compression is None and len(frames) == 8");
}

TEST(CameraRecorder, without_kept_frames_there_are_rows_only) {
  begin(rows_only()).record(20);
  bench->finish();
  check_sealed("assert len(rows) == 20 and 'frames' not in f");
  CHECK_EQUAL(20, bench->ledger().reduced_only);
  bench->check_ledger();
}

TEST(CameraRecorder, a_new_segment_begins_with_the_row_that_belongs_to_it) {
  begin().record(4, 1);
  bench->record(5, 2);
  bench->record(3, 7);
  bench->finish();
  CHECK_EQUAL(3, bench->manifest->segments(0).size());
  check_sealed();
  check_alone();
  bench->check_ledger();
}

TEST(CameraRecorder, a_placeholder_is_stored_but_counted_as_repeated_alone) {
  begin().record(2);
  bench->camera.push_repeat();
  bench->record(1);
  bench->finish();
  CHECK_EQUAL(3, bench->ledger().stored);
  CHECK_EQUAL(1, bench->ledger().repeated);
  bench->check_ledger();
  check_python(
      "import sys, h5py\nf = h5py.File(sys.argv[1])\n"
      "assert (f['frames'][1] == f['frames'][2]).all() and f['tarsier/rows']['flags'][2] & 2",
      {bench->sealed(0)});
}

TEST(CameraRecorder, gaps_and_events_are_in_file_and_manifest) {
  begin();
  CHECK_TRUE(bench->camera.channel.gaps.push({5, 9, GapCause::ring_full, false, 1000, 2000}));
  CHECK_TRUE(bench->camera.channel.events.push({.utc_ns = 77, .kind = EventKind::mark}));
  bench->record(1);
  bench->finish();
  check_python(
      "import sys, h5py, json\nf = h5py.File(sys.argv[1])\n"
      "gap = f['tarsier/gaps'][0]\n"
      "assert (gap['first_id'], gap['last_id'], gap['cause'], gap['end_utc_ns']) == (5, 9, 3, 2000), gap\n"
      "assert f['tarsier/events']['utc_ns'][0] == 77\n"
      "camera = json.load(open(sys.argv[2]))['cameras'][0]\n"
      "assert camera['gaps'][0]['cause'] == 'ring_full' and camera['next_frame_id'] == 10, camera",
      {bench->sealed(0), bench->run_folder() / "run.json"});
}

TEST(CameraRecorder, a_frame_is_safe_within_one_sync_interval) {
  begin().record(1);
  bench->pass(200ms);
  bench->record(2);  // the chunk is whole now
  bench->pass(600ms);
  CHECK_EQUAL(0, bench->ledger().stored);
  bench->pass(100ms);
  CHECK_EQUAL(3, bench->ledger().stored);
}

TEST(CameraRecorder, goes_on_writing_while_a_commit_is_under_way_until_its_buffer_is_full) {
  begin().record(3);
  bench->clock.advance(1s);
  bench->work(false);  // submitted, not answered
  for (int i = 0; i < 200; ++i) {
    if (bench->camera.push_frame()) bench->work(false);
  }
  CHECK_FALSE(bench->camera.push_frame());
  CHECK(bench->camera.frames() > 32 + 8);
  bench->work();
  bench->record(5);
  bench->finish();
  check_sealed();
  bench->check_ledger();
}

TEST(CameraRecorder, a_run_without_frames_leaves_no_file) {
  begin().finish();
  CHECK_EQUAL(0, bench->manifest->segments(0).size());
  CHECK_TRUE(std::filesystem::is_empty(bench->run_folder() / "a"));
}

TEST(CameraRecorder, mean_activity_is_that_of_the_pairs) {
  begin().record(3);  // pairs (0, 1) and (1, 2): sums 1 and 2 in the first region, twice that in the second
  bench->finish();
  const auto means = bench->recorder->mean_activity();
  DOUBLES_EQUAL(1.5 / (6 * 255), means.at(0), 1e-12);
  DOUBLES_EQUAL(3.0 / (4 * 255), means.at(1), 1e-12);
}

TEST(CameraRecorder, below_the_reserve_rows_go_on_without_frames_until_there_is_room) {
  begin().record(3);
  bench->pass(1s);
  files.free = 1000;
  bench->pass(1100ms);
  CHECK_TRUE(bench->disk->status().disk_full);
  bench->record(6);
  files.free.reset();
  bench->pass(1100ms);
  bench->record(3);
  bench->finish();
  CHECK_EQUAL(6, bench->ledger().stored);
  CHECK_EQUAL(6, bench->ledger().dropped.disk_full);
  bench->check_ledger();
  check_python(
      "import sys, h5py\nf = h5py.File(sys.argv[1])\nrows = f['tarsier/rows'][:]\n"
      "assert list(rows['stored_index']) == [0, 1, 2] + [-1] * 6 + [3, 4, 5], rows['stored_index']\n"
      "assert [bool(x & 64) for x in rows['flags']] == [False] * 3 + [True] * 6 + [False] * 3\n"
      "assert len(f['frames']) == 6 and (f['frames'][3, 0, :3] == [63, 64, 65]).all()\n"
      "gap = f['tarsier/gaps'][0]\n"
      "assert (gap['first_id'], gap['last_id'], gap['cause']) == (3, 8, 4), gap",
      {bench->sealed(0)});
}
