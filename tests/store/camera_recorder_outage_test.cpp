#include <filesystem>

#include "CppUTest/TestHarness.h"
#include "store/camera_recorder.hpp"
#include "store_bench.hpp"
#include "support/faulty_files.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(CameraRecorderOutage) {
  TemporaryFolder folder;
  FaultyFiles files;
  StoreBench bench{files, folder.path(), bench_recording()};

  // Frames come and time passes while nothing may go wrong upstream: a live camera is never kept waiting.
  void record_through(int frames) {
    for (int i = 0; i < frames; ++i) {
      bench.camera.now = bench.clock.monotonic();
      CHECK_TRUE(bench.camera.push_frame());
      bench.work();
      bench.pass(100ms);
    }
  }
  void fail_everything(int error) {
    files.fail_at = files.counted() + 1;
    files.fail_for_good = true;
    files.error = error;
  }
  std::uint64_t rows_sealed() const {
    std::uint64_t rows = 0;
    for (const SegmentSummary& segment : bench.manifest->segments(0)) rows += segment.sealed ? segment.rows : 0;
    return rows;
  }
  static const char* whole() {
    return R"(
import glob, sys, h5py
for name in sorted(glob.glob(sys.argv[1] + "/run/a/*.h5")):
    with h5py.File(name) as f:
        for row in f["tarsier/rows"][:]:
            if row["stored_index"] >= 0:
                assert f["frames"][row["stored_index"], 0, 0] == 7 * int(row["frame_id"]) % 251, row
)";
  }
};

TEST(CameraRecorderOutage, a_live_run_outlives_a_disk_that_fails_for_a_while_and_counts_every_frame) {
  must(bench.recorder->begin());
  record_through(6);
  bench.pass(1s);
  const std::uint64_t stored = bench.ledger().stored;
  fail_everything(EIO);
  record_through(100);
  CHECK_TRUE_TEXT(bench.fault.message().empty(), bench.fault.message().c_str());
  CHECK_FALSE(bench.disk->status().trouble.empty());
  files.fail_at = 0;
  record_through(12);
  bench.pass(2s);
  CHECK_TRUE(bench.disk->status().trouble.empty());
  bench.finish();
  bench.check_ledger();
  CHECK(stored >= 6);
  CHECK(bench.ledger().stored >= stored + 9);
  CHECK(bench.ledger().dropped.failed >= 90);
  check_python(R"(
import json, sys
gaps = json.load(open(sys.argv[1] + "/run/run.json"))["cameras"][0]["gaps"]
assert any(gap["cause"] == "failed" and gap["last_id"] - gap["first_id"] > 80 for gap in gaps), gaps
)",
               {folder.path()});
  check_python(whole(), {folder.path()});
}

TEST(CameraRecorderOutage, the_first_rows_of_an_outage_are_kept_for_the_next_segment) {
  must(bench.recorder->begin());
  record_through(3);
  bench.pass(1s);
  fail_everything(EROFS);
  record_through(9);
  files.fail_at = 0;
  record_through(3);
  bench.finish();
  bench.check_ledger();
  CHECK_EQUAL(15, bench.camera.frames());
  CHECK(rows_sealed() >= 12);
}

TEST(CameraRecorderOutage, a_folder_that_somebody_deletes_is_made_again) {
  must(bench.recorder->begin());
  record_through(6);
  std::filesystem::remove_all(bench.run_folder());
  record_through(30);
  bench.finish();
  bench.check_ledger();
  CHECK(bench.ledger().stored >= 18);
  check_python(whole(), {folder.path()});
  CHECK(rows_sealed() >= 18);
}

TEST(CameraRecorderOutage, a_store_that_is_gone_is_not_made_again) {
  must(bench.recorder->begin());
  record_through(6);
  std::filesystem::remove_all(folder.path());
  record_through(30);
  CHECK_FALSE(std::filesystem::exists(folder.path()));
  STRCMP_CONTAINS("cannot create directory", bench.disk->status().trouble.c_str());
  bench.stopping = true;
  bench.finish();
  bench.check_ledger();
}

TEST(CameraRecorderOutage, a_full_disk_seals_what_has_frames_and_goes_on_with_rows) {
  FaultyFiles small;
  StoreBench other(small, folder / "other", bench_recording(), Codec::deflate, 1, mebibytes(64));
  other.limit_segments(mebibytes(100));
  must(other.recorder->begin());
  other.record(12);
  other.pass(1s);
  CHECK_FALSE(other.camera.channel.rotate_requested.load());
  small.free = mebibytes(32).count;
  other.pass(2s);
  other.record(12);
  other.pass(1s);
  CHECK_TRUE(other.camera.channel.rotate_requested.load());
  other.record(6, 2);
  other.finish();
  other.check_ledger();
  CHECK_EQUAL(12, other.ledger().stored);
  CHECK_EQUAL(18, other.ledger().dropped.disk_full);
  const auto segments = other.manifest->segments(0);
  CHECK_EQUAL(2, segments.size());
  CHECK(segments[0].sealed && segments[0].rows == 24 && segments[1].sealed && segments[1].rows == 6);
}
