#include <algorithm>

#include "CppUTest/TestHarness.h"
#include "store_bench.hpp"
#include "support/faulty_files.hpp"
#include "traced_files.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

// Position of the first `entry` in the diary at or after `from`; the test fails without one.
std::size_t find(const std::vector<std::string>& diary, const std::string& entry, std::size_t from = 0) {
  const auto found = std::find(diary.begin() + static_cast<std::ptrdiff_t>(from), diary.end(), entry);
  CHECK_TRUE_TEXT(found != diary.end(), entry.c_str());
  return static_cast<std::size_t>(found - diary.begin());
}

// Every file that the manifest calls sealed opens and holds what it says; every other one has its journal.
const std::string honest = R"(
import glob, sys, os, json, h5py
listed = [(os.path.dirname(name), segment) for name in glob.glob(sys.argv[1] + "/**/run.json", recursive=True)
          for segment in json.load(open(name))["cameras"][0]["segments"]]
assert listed
for folder, segment in listed:
    path = os.path.join(folder, segment["file"])
    if segment["sealed"]:
        with h5py.File(path) as f:
            assert len(f["tarsier/rows"]) == segment["rows"] and len(f["frames"]) == segment["frames"], segment
            for row in f["tarsier/rows"][:]:
                if row["stored_index"] >= 0:
                    assert f["frames"][row["stored_index"], 0, 0] == 7 * int(row["frame_id"]) % 251, row
    else:
        assert os.path.exists(path) == os.path.exists(path.replace(".h5.part", ".journal")), segment
)";

}  // namespace

TEST_GROUP(Durability) { TemporaryFolder folder; };

TEST(Durability, frames_are_synced_before_the_record_that_names_them_and_rows_appear_after_it) {
  TracedFiles files;
  StoreBench bench(files, folder.path(), bench_recording());
  must(bench.recorder->begin());
  files.diary.clear();
  // Nothing but the record and the row hold this number.
  files.wanted = static_cast<std::uint64_t>(TestCamera::start_utc_ns) + 100'000'000;
  bench.record(3);
  bench.pass(5s);
  const std::size_t chunk = find(files.diary, "pwrite .part");
  const std::size_t segment_sync = find(files.diary, "fdatasync .part");
  const std::size_t record = find(files.diary, "row .journal");
  const std::size_t journal_sync = find(files.diary, "fdatasync .journal");
  const std::size_t row = find(files.diary, "row .part");
  CHECK(chunk < segment_sync && segment_sync < record && record < journal_sync && journal_sync < row);
}

TEST(Durability, the_journal_goes_when_the_sealed_file_has_its_name_and_its_entry) {
  TracedFiles files;
  StoreBench bench(files, folder.path(), bench_recording());
  must(bench.recorder->begin());
  bench.record(3);
  files.diary.clear();
  bench.finish();
  const std::size_t sealed = find(files.diary, "fsync .part");
  const std::size_t renamed = find(files.diary, "rename_new .h5");
  const std::size_t folder_synced = find(files.diary, "fsync ", renamed);
  const std::size_t listed = find(files.diary, "rename .json", renamed);
  CHECK(sealed < renamed && folder_synced < listed && listed < find(files.diary, "unlink .journal"));
}

TEST(Durability, when_nothing_can_be_written_any_more_a_replay_ends_with_empty_queues_and_all_is_counted) {
  FaultyFiles files;
  CameraRecording replay = bench_recording();
  replay.live = false;
  StoreBench bench(files, folder.path(), replay);
  must(bench.recorder->begin());
  bench.record(6);
  files.fail_at = files.counted() + 1;
  files.fail_for_good = true;
  files.error = EIO;
  for (int i = 0; i < 40; ++i) {
    if (bench.camera.push_frame()) bench.work();
    bench.pass(100ms);
  }
  CHECK_FALSE(bench.fault.message().empty());
  CHECK_EQUAL(46, bench.camera.frames());
  bench.finish();
  bench.check_ledger();
  CHECK(bench.ledger().dropped.failed >= 40);
}

TEST(Durability, a_disk_that_is_full_for_a_while_costs_frames_but_neither_rows_nor_the_run) {
  FaultyFiles files;
  StoreBench bench(files, folder.path(), bench_recording());
  must(bench.recorder->begin());
  bench.record(6);
  bench.pass(1s);
  files.only = "pwrite";
  files.fail_at = files.counted() + 1;
  files.fail_for_good = true;
  files.error = ENOSPC;
  files.free = 0;
  for (int i = 0; i < 12; ++i) {
    if (bench.camera.push_frame()) bench.work();
    bench.pass(300ms);
  }
  files.fail_at = 0;
  files.free.reset();
  bench.pass(2s);
  bench.record(6);
  bench.finish();
  CHECK_TRUE_TEXT(bench.fault.message().empty(), bench.fault.message().c_str());
  bench.check_ledger();
  CHECK(bench.ledger().stored >= 12);
  std::uint64_t rows = 0;
  for (const SegmentSummary& segment : bench.manifest->segments(0)) rows += segment.rows;
  CHECK_EQUAL(bench.camera.frames(), rows);
  check_python(honest, {folder.path()});
}

TEST(Durability, a_stop_on_a_full_disk_ends_and_says_what_is_lost) {
  FaultyFiles files;
  StoreBench bench(files, folder.path(), bench_recording());
  must(bench.recorder->begin());
  bench.record(3);
  files.only = "pwrite";
  files.fail_at = files.counted() + 1;
  files.fail_for_good = true;
  files.error = ENOSPC;
  const Nanoseconds begin = bench.clock.monotonic();
  bench.stopping = true;
  bench.camera.close();
  while (!bench.recorder->ended() && bench.clock.monotonic() - begin < 10s) bench.pass(100ms);
  CHECK(bench.clock.monotonic() - begin < 3s);
  CHECK_FALSE(bench.recorder->unsealed().empty());
  bench.check_ledger();
}

TEST(Durability, a_segment_that_breaks_late_in_a_stop_hands_its_rows_on) {
  FaultyFiles files;
  StoreBench bench(files, folder.path(), bench_recording());
  must(bench.recorder->begin());
  bench.record(3);
  bench.pass(1s);
  bench.stopping = true;
  bench.pass(3s);
  files.only = "fdatasync";
  files.fail_at = files.counted() + 1;
  bench.record(3);
  bench.finish();
  CHECK_TRUE_TEXT(bench.recorder->unsealed().empty(), bench.recorder->unsealed().c_str());
  bench.check_ledger();
  std::uint64_t rows = 0;
  for (const SegmentSummary& segment : bench.manifest->segments(0)) rows += segment.rows;
  CHECK_EQUAL(6, rows);
  check_python(honest, {folder.path()});
}
