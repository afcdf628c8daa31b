#include <algorithm>
#include <memory>
#include <string>

#include "CppUTest/TestHarness.h"
#include "store/sample_recording.hpp"
#include "store/segment_writer.hpp"
#include "support/faulty_files.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

// Works the derived values out from the rows once more, in somebody else's words.
const char* const check_derived = R"(
import h5py, numpy as np, sys, json
f = h5py.File(sys.argv[1], "r")
origin, interval = int(sys.argv[2]), float(sys.argv[3])
rows, regions = f["tarsier/rows"][:], f["tarsier/regions"][:]
kept = rows[rows["stored_index"] >= 0] if "frames" in f else rows
t = (kept["sensor_ns"] - origin) / 1e9
s = {name: d[:] for name, d in f["timeseries"].items()}
n = len(kept)
assert all(len(d) == n for d in s.values())
assert (f["timestamps"][:] == t).all() and (s["recording_elapsed_sec"] == t).all()
assert (s["frame_index"] == np.arange(n)).all()
actual = np.concatenate([[interval], np.diff(t)]) if n else t
assert (s["actual_intervals"] == actual.astype("f4")).all()
assert (s["expected_intervals"] == np.float32(interval)).all()
assert np.isnan(s["temperature_celsius"]).all() and np.isnan(s["humidity_percent"]).all()
assert not s["ir_led_power"].any() and not s["white_led_power"].any() and not s["phase_transition"].any()
assert (s["frame_mean_intensity"] == (kept["sum"] / kept["n"]).astype("f4")).all()
if n: assert (s["cumulative_drift_sec"] == (t - t[0] - np.arange(n) * interval).astype("f4")).all()
assert (s["frame_drift_sec"] == (actual - interval).astype("f4")).all()
repeated = (kept["flags"] & 2) != 0
assert (s["sync_success"] == ~repeated).all()
real = b"captured" if f["tarsier"].attrs["live"] else b"replayed"
assert (s["capture_method"] == np.where(repeated, b"missing_repeated", real)).all()
a = f["analysis"]
assert (a["timestamps_sec"][:] == (rows["sensor_ns"][:-1] - origin) / 1e9).all()
no = ((rows["flags"] & (1 | 4 | 8)) != 0) | (rows["pair_ns"] < 0)
for i, count in enumerate(f["tarsier"].attrs["region_n"]):
  value = regions[1:, i]["abs_diff_sum"] / (count * f["tarsier"].attrs["largest_value"])
  assert np.array_equal(a[f"roi_{i}_activity"][:], np.where(no[1:], np.nan, value).astype("f4"), equal_nan=True)
info = json.loads(f.attrs["recording_info"])
assert info["interval_seconds"] == interval and info["actual_frames"] == n == f.attrs["actual_frames"]
assert f.attrs["frame_interval"] == interval and json.loads(f.attrs["metadata"])["frame_interval"] == interval
)";

// Objects and attributes, with everything that must not change once others read.
const char* const list_objects = R"(
import h5py, sys
f = h5py.File(sys.argv[1], "r", swmr=True)
lines = []
def add(name, o):
  shape = (o.dtype, o.chunks, o.maxshape) if isinstance(o, h5py.Dataset) else sorted(o)
  lines.append(f"{name} {shape} {sorted((k, str(a.dtype) if hasattr(a, 'dtype') else type(a)) for k, a in o.attrs.items())}")
add("/", f)
f.visititems(add)
open(sys.argv[2], "w").write("\n".join(lines))
)";

}  // namespace

TEST_GROUP(Seal) {
  TemporaryFolder folder;
  std::filesystem::path part = folder / "segment.h5.part";
  RunFacts run = sample_run();
  CameraRecording camera = sample_camera();
  const std::string live_origin = "5000000000";

  std::unique_ptr<SegmentWriter> create() {
    return must(SegmentWriter::create(system_files(), part, run, camera, 1, Codec::none, 1));
  }
  static SealFacts facts() {
    SealFacts facts;
    facts.ledger.stored = 11;
    facts.ledger.skipped = {2, 3};
    facts.ledger.dropped.ring_full = 4;
    facts.ledger.samples.expected = 9;
    facts.next_frame_id = 123;
    facts.ended_utc_ns = 1'767'225'700'000'000'000;
    return facts;
  }
  void seal(std::span<const ChunkEntry> chunks = {}) {
    must(seal_segment(system_files(), part, run, camera, chunks, facts()));
  }
  // Writes and closes a segment of these rows, frames included.
  std::vector<ChunkEntry> write(std::span<const Row> rows) {
    const auto writer = create();
    std::vector<ChunkEntry> chunks;
    std::uint64_t frames = 0;
    for (const Row& row : rows) frames += row.stored_index >= 0 ? 1 : 0;
    for (std::uint64_t index = 0; camera.frames_kept && index * 2 < frames; ++index) {
      const std::uint64_t end = std::min(frames, 2 * index + 2);
      const auto coded = sample_chunk(camera, index, end);
      const ChunkPlace place = must(writer->write_chunk(index, coded, 0, end));
      chunks.push_back({index, end - 2 * index, place.offset, place.bytes, 0xffff'ffff'0000'0000 + index, 0});
    }
    const auto regions = sample_regions(rows.size(), camera.regions.size());
    must(writer->append_rows(rows, regions));
    must(writer->close());
    return chunks;
  }
  void rules(const char* script, int exit_code = 0) {
    const auto outcome = run_python({std::string(TARSIER_SOURCE_DIR) + "/tests/integration/" + script, part});
    CHECK_EQUAL_TEXT(exit_code, outcome.exit_code, outcome.output.c_str());
  }
  void check_file(const std::string& origin, const std::string& interval) {
    check_python(check_derived, {part, origin, interval});
    rules("napari_rules.py");
    rules("silx_rules.py");
  }
};

TEST(Seal, derived_series_follow_from_the_rows) {
  seal(write(sample_rows(11)));
  check_file(live_origin, "0.1");
}

TEST(Seal, a_pair_that_is_no_activity_is_nan_and_a_repeat_says_so) {
  auto rows = sample_rows(9);
  rows[2].flags = row_repeated | row_pair_repeated;
  rows[3].flags = row_pair_repeated;
  rows[5].flags = row_pair_wide;
  rows[7].pair_ns = -1;
  seal(write(rows));
  check_file(live_origin, "0.1");
}

TEST(Seal, frames_that_were_not_stored_are_not_in_the_timeseries) {
  auto rows = sample_rows(9);
  for (Row& row : rows)
    row.stored_index = row.stored_index % 3 == 1 ? -1 : row.stored_index - (row.stored_index + 1) / 3;
  seal(write(rows));
  check_file(live_origin, "0.1");
}

TEST(Seal, without_frames_the_timeseries_have_one_entry_a_row) {
  camera.frames_kept = false;
  auto rows = sample_rows(7);
  for (Row& row : rows) row.stored_index = -1;
  seal(write(rows));
  check_file(live_origin, "0.1");
}

TEST(Seal, more_rows_than_one_block_are_all_there) {
  camera.frames_kept = false;
  seal(write(sample_rows(9500)));
  check_python(check_derived, {part, live_origin, "0.1"});
}

TEST(Seal, a_segment_without_rows_is_whole) {
  seal(write({}));
  check_python("import h5py, sys; assert len(h5py.File(sys.argv[1])['analysis/timestamps_sec']) == 0", {part});
  rules("napari_rules.py");
}

TEST(Seal, a_segment_of_one_row_has_no_pair) {
  seal(write(sample_rows(1)));
  check_file(live_origin, "0.1");
}

TEST(Seal, without_regions_the_mean_intensity_is_plotted) {
  camera.regions.clear();
  seal(write(sample_rows(4)));
  check_file(live_origin, "0.1");
}

TEST(Seal, an_unknown_interval_is_the_median_of_the_pairs) {
  camera.nominal_interval_s = 0;
  auto rows = sample_rows(8);
  for (std::size_t i = 1; i < rows.size(); ++i) rows[i].pair_ns = i == 4 ? 900'000'000 : 250'000'000;
  seal(write(rows));
  check_python(check_derived, {part, live_origin, "0.25"});
}

TEST(Seal, a_replayed_recording_begins_at_zero) {
  camera.live = false;
  auto rows = sample_rows(5);
  seal(write(rows));
  check_file(std::to_string(rows[0].sensor_ns), "0.1");
}

TEST(Seal, what_the_rig_did_not_measure_is_nan_and_not_zero) {
  run.rig = Json::parse(R"({"cameras": [{"name": "plate-a", "reduce": {"activity": false, "statistics": false}}]})");
  seal(write(sample_rows(5)));
  check_python(R"(
import h5py, numpy as np, sys
f = h5py.File(sys.argv[1])
assert np.isnan(f["analysis/roi_1_activity"][:]).all() and np.isnan(f["timeseries/frame_mean_intensity"][:]).all()
)",
               {part});
}

TEST(Seal, masks_chunks_and_attributes_are_filled_in) {
  seal(write(sample_rows(5)));
  check_python(R"(
import h5py, json, numpy as np, sys
f = h5py.File(sys.argv[1])
m = np.zeros((2, 6, 8), "u1")
m[0, 1:3, 0:3] = 255
m[1, 3, 4:8] = 255
assert (f["rois/masks"][:] == m).all()
c = f["tarsier/chunks"]
assert c.dtype.names == ("dataset", "first_index", "count", "bytes", "xxh3_64")
assert h5py.check_enum_dtype(c.dtype["dataset"]) == {
  "frames": 0, "mean": 1, "max": 2, "min": 3, "std": 4, "median": 5, "subtrahend": 6, "factor": 7}
assert c[:].tolist() == [(0, 2 * i, min(2, 5 - 2 * i), 96, 0xffffffff00000000 + i) for i in range(3)]
a = f["tarsier"].attrs
assert json.loads(a["ledger"]) == dict(delivered=20, stored=11, reduced_only=0, skipped=dict(sampled_out=2, averaged=3),
  dropped=dict(ring_full=4, disk_full=0, corrupted=0, failed=0, shutdown=0), missed=dict(driver=0, restart=0), repeated=0,
  samples=dict(expected=9, taken=0, missed=0))
assert a["ended_utc_ns"] == 1767225700000000000 and a["next_frame_id"] == 123
assert list(a["region_names"]) == ["left", "right"] and list(a["region_n"]) == [6, 4]
assert json.loads(a["regions"]) == [dict(name="left", labels=dict(genotype="wt"), n=6), dict(name="right", labels={}, n=4)]
assert json.loads(a["rig"]) == {"experiment": "sleep"} and a["pipeline"] == "videotestsrc ! appsink"
assert a["camera"] == "plate-a" and a["run"] == "sleep_pi_20260101_000000" and a["live"] == True and a["segment"] == 1
assert f.attrs["experiment_name"] == "sleep \u00e4" and f.attrs["created"] == 1767225605.0
assert f.attrs["created_human"].startswith("2026-01-01T00:00:05"), f.attrs["created_human"]
assert f["analysis/roi_1_activity"].attrs["long_name"] == "right"
)",
               {part});
}

TEST(Seal, objects_and_attributes_are_the_same_before_swmr_and_after_the_seal) {
  const std::string before = folder / "before";
  const std::string after = folder / "after";
  const auto writer = create();
  check_python(list_objects, {part, before});
  const auto chunks = write_sample(*writer, camera, 6);
  must(writer->close());
  seal(chunks);
  check_python(list_objects, {part, after});
  const std::string listed = *read_text(system_files(), before);
  CHECK(listed.size() > 5000);
  STRCMP_EQUAL(listed.c_str(), read_text(system_files(), after)->c_str());
}

TEST(Seal, frames_without_their_rows_are_refused) {
  {
    const auto writer = create();
    const auto coded = sample_chunk(camera, 0, 2);
    must(writer->write_chunk(0, coded, 0, 2));
    must(writer->append_rows(sample_rows(1), sample_regions(1, 2)));
    must(writer->close());
  }
  const auto sealed = seal_segment(system_files(), part, run, camera, {}, facts());
  CHECK(!sealed.has_value());
  STRCMP_CONTAINS("/frames holds 2 frames, /tarsier/rows names 1", sealed.error().message.c_str());
}

TEST(Seal, a_segment_that_was_not_closed_is_refused) {
  const auto writer = create();
  CHECK(!seal_segment(system_files(), part, run, camera, {}, facts()).has_value());
}

TEST(Seal, a_missing_segment_is_named) {
  const auto sealed = seal_segment(system_files(), folder / "none.h5", run, camera, {}, facts());
  CHECK(!sealed.has_value());
  STRCMP_CONTAINS("none.h5", sealed.error().message.c_str());
}

// Only a seal that went well says so in the file.
TEST(Seal, a_disk_that_fails_is_an_error_at_every_step) {
  const auto chunks = write(sample_rows(6));
  const auto whole = folder / "whole";
  std::filesystem::copy_file(part, whole);
  for (const std::string operation : {"open", "fstat", "pwrite", "ftruncate", "lock", "fsync"}) {
    bool failed = true;
    for (std::uint64_t step = 1; failed; ++step) {
      std::filesystem::copy_file(whole, part, std::filesystem::copy_options::overwrite_existing);
      FaultyFiles files;
      files.only = operation;
      files.fail_at = step;
      files.fail_for_good = true;
      const auto sealed = seal_segment(files, part, run, camera, chunks, facts());
      failed = files.counted() >= step;
      CHECK_EQUAL_TEXT(failed, !sealed.has_value(), (operation + std::to_string(step)).c_str());
    }
  }
}

TEST(Seal, everything_in_the_file_is_in_the_format_document) {
  seal(write(sample_rows(5)));
  check_python(R"(
import h5py, re, sys
text = open(sys.argv[2]).read()
words = set(re.findall(r"[A-Za-z0-9_]+", text)) | {"signal", "axes", "interpretation", "auxiliary_signals"}
def check(name, o):
  leaf = re.sub(r"roi_[0-9]+_activity", "_activity", name.split("/")[-1])
  names = [leaf] + list(o.attrs) + list((o.dtype.names or ()) if isinstance(o, h5py.Dataset) else ())
  for part in names: assert part in words or part == "", (name, part)
f = h5py.File(sys.argv[1])
check("", f)
f.visititems(check)
for enum in (f["tarsier/gaps"].dtype["cause"], f["tarsier/events"].dtype["kind"]):
  for name, value in h5py.check_enum_dtype(enum).items():
    assert f"| {value} | {name} |" in text, name
)",
               {part, std::string(TARSIER_SOURCE_DIR) + "/src/store/FORMAT.md"});
}

TEST(Seal, the_rules_notice_what_is_wrong) {
  seal(write(sample_rows(5)));
  check_python(R"(
import h5py, sys
f = h5py.File(sys.argv[1], "r+")
f.attrs["file_version"] = "2.2"
f["entry/activity"].attrs["signal"] = "nothing"
)",
               {part});
  rules("napari_rules.py", 1);
  rules("silx_rules.py", 1);
}
