#include "store/segment_writer.hpp"

#include <fcntl.h>
#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <string>

#include "CppUTest/TestHarness.h"
#include "base/unique_fd.hpp"
#include "store/sample_recording.hpp"
#include "support/faulty_files.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(SegmentWriter) {
  TemporaryFolder folder;
  std::filesystem::path part = folder / "segment.h5.part";
  CameraRecording camera = sample_camera();

  std::unique_ptr<SegmentWriter> create(Codec codec = Codec::none, FileOperations& files = system_files()) {
    return must(SegmentWriter::create(files, part, sample_run(), camera, 7, codec, 1));
  }
};

TEST(SegmentWriter, a_chunk_lies_where_it_is_said_to_lie) {
  camera.size = {64, 64};
  const auto writer = create();
  const UniqueFd reader(::open(part.c_str(), O_RDONLY));
  for (std::uint64_t index = 0; index < 50; ++index) {
    const auto coded = sample_chunk(camera, index, UINT64_MAX);
    const ChunkPlace place = must(writer->write_chunk(index, coded, 0, 2 * (index + 1)));
    CHECK_EQUAL(coded.size(), place.bytes);
    std::vector<std::byte> there(coded.size());
    CHECK_EQUAL(coded.size(), static_cast<std::size_t>(
                                  ::pread(reader.get(), there.data(), there.size(), static_cast<off_t>(place.offset))));
    CHECK(there == coded);
  }
  CHECK(writer->bytes() >= 50 * 8192);
  must(writer->close());
}

TEST(SegmentWriter, every_field_is_read_back_exactly) {
  const auto writer = create();
  write_sample(*writer, camera, 5);
  Event event{1, -2, EventKind::thermal, 3, 4, 81.5, {}};
  std::strcpy(event.text, "too hot");
  const Gap gaps[] = {{1, 2, GapCause::crash, true, 10, 20}, {3, 4, GapCause::no_sample, false, 30, 40}};
  must(writer->append_gaps(gaps));
  must(writer->append_events(std::span(&event, 1)));
  must(writer->close());
  check_python(R"(
import h5py, numpy as np, sys
f = h5py.File(sys.argv[1], "r", swmr=True)
t = f["tarsier"]
rows = t["rows"]
assert rows.dtype.names == ("frame_id", "stored_index", "sensor_ns", "monotonic_ns", "utc_ns", "utc_uncertainty_ns",
  "residual_ns", "pair_ns", "flags", "generation", "exposure_ns", "gain", "n", "abs_diff_sum", "changed", "sum",
  "sum_sq", "min", "max", "drift_y", "drift_x", "drift_residual", "drift_confidence"), rows.dtype.names
assert " ".join(rows.dtype[n].name for n in rows.dtype.names) == (
  "uint64 int64 int64 int64 int64 uint64 int64 int64 uint32 uint32 uint32 float32 "
  "uint64 uint64 uint64 uint64 uint64 uint16 uint16 float32 float32 float32 float32")
assert rows.dtype.itemsize == sum(rows.dtype[n].itemsize for n in rows.dtype.names)
i = np.arange(5)
r = rows[:]
sensor = 5_000_000_000 + i * 100_000_001
for name, value in dict(frame_id=100 + i, stored_index=i, sensor_ns=sensor, monotonic_ns=sensor + 7,
    utc_ns=1_767_225_600_000_000_000 + sensor, utc_uncertainty_ns=1000 + i, residual_ns=-i,
    pair_ns=[-1] + [100_000_001] * 4, flags=[1, 0, 0, 0, 0], generation=3, exposure_ns=8_000_000, gain=2.5, n=48,
    abs_diff_sum=10 * i, changed=i, sum=4800 + i, sum_sq=2**40 + i, min=1, max=250, drift_y=.25, drift_x=-.5,
    drift_residual=.125, drift_confidence=1.5).items():
  assert (r[name] == value).all(), name
g = t["regions"]
assert g.shape == (5, 2)
assert [(n, g.dtype[n].name) for n in g.dtype.names] == [("abs_diff_sum", "uint64"), ("changed", "uint32"),
  ("sum", "uint64"), ("sum_sq", "uint64"), ("min", "uint16"), ("max", "uint16")]
I, R = np.mgrid[0:5, 0:2]
for name, value in dict(abs_diff_sum=(I + 1) * (R + 1), changed=I, sum=7 * I + R, sum_sq=2**41 + I, min=R,
    max=200 + R).items():
  assert (g[:][name] == value).all(), name
gaps = t["gaps"]
assert h5py.check_enum_dtype(gaps.dtype["cause"]) == dict(driver=0, restart=1, crash=2, ring_full=3, disk_full=4,
  corrupted=5, failed=6, shutdown=7, no_sample=8)
assert gaps.dtype["estimated"] == bool
assert gaps[:].tolist() == [(1, 2, 2, True, 10, 20), (3, 4, 8, False, 30, 40)]
events = t["events"]
assert h5py.check_enum_dtype(events.dtype["kind"]) == dict(mark=0, clock_step=1, camera_restart=2, config=3, storage=4,
  trigger=5, thermal=6, run=7)
assert events.dtype["text"].itemsize == 64
assert events[:].tolist() == [(1, -2, 6, 3, 4, 81.5, b"too hot")]
assert t["environment"].shape == (0,) and t["environment"].dtype.names == ("utc_ns", "channel", "value")
T, Y, X = np.mgrid[0:5, 0:6, 0:8]
assert f["frames"].dtype == np.uint8 and (f["frames"][:] == (7 * T + 8 * Y + X) % 251).all()
)",
               {part});
}

TEST(SegmentWriter, readers_see_a_row_only_after_publish) {
  const std::string code = R"(
import h5py, sys
f = h5py.File(sys.argv[1], "r", swmr=True)
rows = f["tarsier/rows"]
assert len(rows) == int(sys.argv[2]), len(rows)
if len(rows):
  last = rows[-1]
  assert len(f["frames"]) > last["stored_index"]
  assert f["frames"][last["stored_index"]].any()
  assert len(f["tarsier/regions"]) >= len(rows)
)";
  const auto writer = create();
  check_python(code, {part, "0"});
  write_sample(*writer, camera, 6);
  check_python(code, {part, "0"});
  must(writer->publish());
  check_python(code, {part, "6"});
  must(writer->close());
}

TEST(SegmentWriter, an_open_reader_follows_the_rows) {
  const auto writer = create();
  must(writer->publish());
  // The reader stays open, says so by making a file, and refreshes until the rows are there.
  const std::string code = R"(
import h5py, os, sys, time
f = h5py.File(sys.argv[1], "r", swmr=True)
rows = f["tarsier/rows"]
assert len(rows) == 0
open(sys.argv[2], "w").close()
end = time.monotonic() + 60
while len(rows) < 3000 and time.monotonic() < end:
  rows.refresh()
assert len(rows) == 3000
assert rows[2999]["frame_id"] == 3099
)";
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string ready = folder / "ready";
    ::execl("/usr/bin/python3", "python3", "-c", code.c_str(), part.c_str(), ready.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  while (!std::filesystem::exists(folder / "ready") && ::waitpid(child, &status, WNOHANG) == 0) ::sched_yield();
  const auto rows = sample_rows(3000);
  const auto regions = sample_regions(3000, 2);
  must(writer->append_rows(rows, regions));
  must(writer->publish());
  ::waitpid(child, &status, 0);
  CHECK_EQUAL(0, status);
}

TEST(SegmentWriter, deflated_uint16_frames_need_no_plugin) {
  camera.pixel = StoredPixel::gray16;
  const auto writer = create(Codec::deflate);
  std::vector<std::uint8_t> shuffled(192);
  for (std::size_t i = 0; i < 96; ++i) {
    const std::size_t value = 300 * i;
    shuffled[i] = static_cast<std::uint8_t>(value & 0xff);
    shuffled[96 + i] = static_cast<std::uint8_t>(value >> 8);
  }
  std::vector<std::byte> coded(4096);
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> deflate(
      libdeflate_alloc_compressor(1), libdeflate_free_compressor);
  CHECK(libdeflate_zlib_compress(deflate.get(), shuffled.data(), shuffled.size(), coded.data(), coded.size()) > 0);
  must(writer->write_chunk(0, coded, 0, 2));
  // Neither filter was used: both bits are set.
  const auto raw = std::as_bytes(std::span(shuffled));
  must(writer->write_chunk(1, raw, 3, 3));
  must(writer->close());
  check_python(R"(
import h5py, numpy as np, sys
f = h5py.File(sys.argv[1], "r", swmr=True)["frames"]
assert f.compression == "gzip" and f.shuffle and f.dtype == "u2" and f.chunks == (2, 6, 8)
assert (f[:2].ravel() == 300 * np.arange(96)).all()
assert f.shape == (3, 6, 8)
)",
               {part});
}

TEST(SegmentWriter, without_frames_there_is_no_frames_dataset) {
  camera.frames_kept = false;
  const auto writer = create();
  const auto chunk = sample_chunk(camera, 0, 2);
  CHECK(!writer->write_chunk(0, chunk, 0, 2).has_value());
  must(writer->append_rows(sample_rows(3), sample_regions(3, 2)));
  must(writer->close());
  check_python(R"(
import h5py, sys
f = h5py.File(sys.argv[1], "r", swmr=True)
assert "frames" not in f and "images" not in f and "frames" not in f["entry"]
assert len(f["tarsier/rows"]) == 3
)",
               {part});
}

TEST(SegmentWriter, without_regions_the_table_of_regions_has_no_columns) {
  camera.regions.clear();
  const auto writer = create();
  write_sample(*writer, camera, 4);
  must(writer->close());
  check_python(R"(
import h5py, sys
f = h5py.File(sys.argv[1], "r", swmr=True)
assert f["tarsier/regions"].shape == (4, 0) and len(f["tarsier/rows"]) == 4
assert f["rois/masks"].shape == (0, 6, 8) and len(f["tarsier"].attrs["region_names"]) == 0
)",
               {part});
}

TEST(SegmentWriter, rows_without_their_regions_are_refused) {
  const auto writer = create();
  CHECK(!writer->append_rows(sample_rows(2), sample_regions(1, 2)).has_value());
}

TEST(SegmentWriter, an_existing_segment_is_never_overwritten) {
  must(create()->close());
  const auto size = std::filesystem::file_size(part);
  const auto second = SegmentWriter::create(system_files(), part, sample_run(), camera, 7, Codec::none, 1);
  CHECK(!second.has_value());
  STRCMP_CONTAINS(part.c_str(), second.error().message.c_str());
  CHECK_EQUAL(size, std::filesystem::file_size(part));
}

TEST(SegmentWriter, every_dataset_grows_along_one_dimension_and_is_chunked) {
  must(create()->close());
  check_python(R"(
import h5py, sys
f = h5py.File(sys.argv[1], "r", swmr=True)
def check(name, o):
  if isinstance(o, h5py.Dataset):
    assert o.chunks is not None, name
    assert o.maxshape[0] is None and None not in o.maxshape[1:], name
f.visititems(check)
for name in ("rows", "regions", "gaps", "events", "environment"):
  d = f["tarsier"][name]
  chunk = d.dtype.itemsize
  for n in d.chunks: chunk *= n
  assert chunk <= 16384 and d.chunks[0] <= 64 and d.compression is None, (name, d.chunks)
properties = f.id.get_create_plist()
assert properties.get_file_space_strategy()[0] == h5py.h5f.FSPACE_STRATEGY_PAGE
assert properties.get_file_space_page_size() == 4096
)",
               {part});
}

// Whatever fails, there is an error that says so; a creation that failed leaves nothing in the way of the next.
TEST(SegmentWriter, a_disk_that_fails_is_an_error_at_every_step) {
  for (const std::string operation : {"open", "fstat", "pwrite", "ftruncate", "lock"}) {
    bool failed = true;
    for (std::uint64_t step = 1; failed; step += 1 + step / 8) {
      std::filesystem::remove(part);
      FaultyFiles files;
      files.only = operation;
      files.fail_at = step;
      files.error = ENOSPC;
      files.fail_for_good = true;
      auto writer = SegmentWriter::create(files, part, sample_run(), camera, 7, Codec::none, 1);
      Result<void> result;
      if (!writer) {
        result = unexpected(writer.error());
        CHECK(!std::filesystem::exists(part));
      } else {
        const auto chunk = sample_chunk(camera, 0, 2);
        if (auto place = (*writer)->write_chunk(0, chunk, 0, 2); !place) result = unexpected(place.error());
        if (result) result = (*writer)->append_rows(sample_rows(2), sample_regions(2, 2));
        if (result) result = (*writer)->close();
      }
      failed = files.counted() >= step;
      CHECK_EQUAL_TEXT(failed, !result.has_value(), (operation + std::to_string(step)).c_str());
      if (failed) STRCMP_CONTAINS("No space left", result.error().message.c_str());
    }
  }
}

TEST(SegmentWriter, a_segment_that_is_left_without_close_is_not_written_any_more) {
  FaultyFiles files;
  files.only = "pwrite";
  auto writer = create(Codec::none, files);
  must(writer->append_rows(sample_rows(2), sample_regions(2, 2)));
  const std::uint64_t before = files.counted();
  writer.reset();
  CHECK_EQUAL(before, files.counted());
}
