#include "store/recorder.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <fstream>

#include "CppUTest/TestHarness.h"
#include "base/unique_fd.hpp"
#include "sample_recording.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"
#include "test_camera.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

CameraRecording recording(const std::string& name) {
  CameraRecording camera = sample_camera();
  camera.camera = name;
  camera.size = {64, 48};
  camera.frames_per_chunk = 3;
  return camera;
}

}  // namespace

TEST_GROUP(Recorder) {
  TemporaryFolder folder;
  SystemClock clock;
  Arena arena = *Arena::create(mebibytes(8));
  TestCamera left{recording("left"), 8, 64};
  TestCamera right{recording("right"), 8, 64};

  Codec codec = Codec::deflate;
  std::uint32_t codec_threads = 1;

  RecorderOptions options(std::size_t cameras) {
    RecorderOptions some;
    some.sync_interval = 20ms;
    some.reader_flush_interval = 10ms;
    some.backlog_chunks.assign(cameras, 3);
    some.codec = codec;
    some.codec_threads = codec_threads;
    some.clock = &clock;
    return some;
  }
  Result<std::unique_ptr<Recorder>> make(RecordingPlace place, std::vector<TestCamera*> cameras) {
    std::vector<RecordedCamera> recorded;
    for (TestCamera* camera : cameras) recorded.push_back({&camera->channel, camera->facts});
    return Recorder::create(std::move(place), sample_run(), recorded, options(cameras.size()), arena);
  }
  Result<std::unique_ptr<Recorder>> make_single() { return make({{}, folder / "out.h5"}, {&left}); }
  void check_two_cameras() {
    auto recorder = must(make({folder / "run", {}}, {&left, &right}));
    recorder->start();
    for (int i = 0; i < 500; ++i) {
      push(left, 1 + static_cast<std::uint32_t>(i / 200));
      push(right);
    }
    left.close();
    right.close();
    const auto summaries = must(recorder->finish());
    CHECK_TRUE(recorder->fault().empty());
    CHECK_EQUAL(3, summaries.at(0).segments.size());
    CHECK_EQUAL(1, summaries.at(1).segments.size());
    CHECK_EQUAL(500, left.channel.ledger.snapshot().stored);
    CHECK_EQUAL(500, right.channel.ledger.snapshot().stored);
    CHECK(recorder->status().written_bytes > 0);
    check_python(import_bitshuffle + R"(
import glob, hashlib, json, sys, h5py, numpy
run = json.load(open(sys.argv[1] + "/run.json"))
assert run["ended"] is not None
for camera in run["cameras"]:
    first = 0
    for segment in camera["segments"]:
        path = sys.argv[1] + "/" + segment["file"]
        assert segment["sealed"] and hashlib.sha256(open(path, "rb").read()).hexdigest() == segment["sha256"], segment
        with h5py.File(path) as f:
            ids = f["tarsier/rows"]["frame_id"]
            assert (ids == numpy.arange(first, first + len(ids))).all()
            assert (f["frames"][:, 0, 0] == 7 * ids % 251).all()
            first += len(ids)
    assert first == 500 and camera["ledger"]["stored"] == 500
assert not glob.glob(sys.argv[1] + "/*/*.journal") and not glob.glob(sys.argv[1] + "/*/*.part")
)",
                 {folder / "run"});
  }
  // As a camera that waits would: until the ring takes it.
  static void push(TestCamera & camera, std::uint32_t segment = 1) {
    for (;;) {
      const auto frame_freed = camera.channel.frames.cursors().freed().ticket();
      const auto row_freed = camera.channel.rows.cursors().freed().ticket();
      camera.now = SystemClock().monotonic();
      if (camera.push_frame(segment)) return;
      if (!camera.channel.frames.cursors().has_room()) camera.channel.frames.cursors().freed().wait(frame_freed, 10s);
      if (!camera.channel.rows.cursors().has_room()) camera.channel.rows.cursors().freed().wait(row_freed, 10s);
    }
  }
};

TEST(Recorder, two_cameras_on_their_threads_lose_nothing) {
  codec_threads = 1;
  check_two_cameras();
}

TEST(Recorder, two_cameras_on_three_codec_threads_keep_their_order) {
  codec_threads = 3;
  check_two_cameras();
}

TEST(Recorder, bitshuffle_frames_are_read_by_the_public_plugin) {
  codec_threads = 2;
  codec = Codec::bitshuffle_lz4;
  check_two_cameras();
}

TEST(Recorder, a_run_goes_on_with_the_next_segment_number) {
  for (int start = 0; start < 2; ++start) {
    TestCamera camera{recording("left"), 8, 64};
    Arena fresh = *Arena::create(mebibytes(8));
    auto recorder = must(
        Recorder::create({folder / "run", {}}, sample_run(), {{&camera.channel, camera.facts}}, options(1), fresh));
    recorder->start();
    push(camera);
    camera.close();
    CHECK_EQUAL(start + 1, must(recorder->finish()).at(0).segments.size());
  }
  check_python(
      "import json, sys\nsegments = json.load(open(sys.argv[1]))['cameras'][0]['segments']\n"
      "assert [s['file'][-9:] for s in segments] == ['000001.h5', '000002.h5'], segments",
      {folder / "run/run.json"});
}

TEST(Recorder, a_single_file_stands_alone) {
  auto recorder = must(make_single());
  recorder->start();
  for (int i = 0; i < 10; ++i) push(left);
  left.close();
  const auto summaries = must(recorder->finish());
  CHECK_EQUAL(folder / "out.h5", summaries.at(0).segments.at(0).file);
  CHECK_EQUAL(1, std::distance(std::filesystem::directory_iterator(folder.path()), {}));
  check_python("import sys, h5py; assert len(h5py.File(sys.argv[1])['frames']) == 10", {folder / "out.h5"});
}

TEST(Recorder, images_lie_in_the_segment_of_their_rows_and_maps_in_every_one) {
  CameraRecording facts = recording("left");
  facts.images = {ImageKind::max, ImageKind::std, ImageKind::factor};
  TestCamera camera{facts, 8, 64};
  auto recorder =
      must(Recorder::create({folder / "run", {}}, sample_run(), {{&camera.channel, camera.facts}}, options(1), arena));
  std::vector<std::uint8_t> largest(64 * 48);
  std::vector<float> deviation(64 * 48);
  const std::vector<std::uint16_t> factor(64 * 48, 8192);
  const auto put = [&](const ImageBatch& batch) {
    while (!camera.channel.images.push(batch)) camera.channel.images.cursors().freed().wait(0, 1ms);
  };
  ImageBatch maps;
  maps.images[static_cast<std::size_t>(ImageKind::factor)] = std::as_bytes(std::span(factor));
  put(maps);
  recorder->start();
  for (std::uint32_t segment = 1; segment <= 3; ++segment) {
    push(camera, segment);
    push(camera, segment);
    ImageBatch batch{.segment = segment, .images = {}, .projection = {2 * segment, 2 * segment + 1, 2, 5, 6, 0}};
    std::ranges::fill(largest, static_cast<std::uint8_t>(10 * segment));
    std::ranges::fill(deviation, 0.5F * static_cast<float>(segment));
    batch.images[static_cast<std::size_t>(ImageKind::max)] = std::as_bytes(std::span(largest));
    batch.images[static_cast<std::size_t>(ImageKind::std)] = std::as_bytes(std::span(deviation));
    put(batch);
    push(camera, segment);
    while (!camera.channel.images.empty()) camera.channel.images.cursors().freed().wait(0, 1ms);
  }
  camera.close();
  CHECK_EQUAL(3, must(recorder->finish()).at(0).segments.size());
  check_python(R"(
import glob, sys, h5py, numpy as np, xxhash
files = sorted(glob.glob(sys.argv[1] + "/left/*.h5"))
assert len(files) == 3, files
for number, path in enumerate(files, 1):
    file = h5py.File(path)
    images = file["tarsier/projections"]
    assert sorted(images) == ["max", "rows", "std"], list(images)
    assert images["max"].shape == (1, 48, 64) and (images["max"][:] == 10 * number).all()
    assert images["std"].dtype == np.float32 and (images["std"][:] == 0.5 * number).all()
    row = images["rows"][0]
    assert (row["first_id"], row["last_id"], row["count"]) == (2 * number, 2 * number + 1, 2), row
    factor = file["tarsier/correction/factor"]
    assert factor.shape == (1, 48, 64) and (factor[:] == 8192).all() and factor.attrs["scale"] == 8192
    chunks = file["tarsier/chunks"][:]
    names = {value: name for name, value in h5py.check_enum_dtype(chunks.dtype["dataset"]).items()}
    hashes = {names[c["dataset"]]: int(c["xxh3_64"]) for c in chunks}
    assert set(hashes) == {"frames", "max", "std", "factor"}, hashes
    assert hashes["max"] == xxhash.xxh3_64_intdigest(images["max"][0].tobytes())
    assert len(file["tarsier/rows"]) == 3
)",
               {folder / "run"});
}

TEST(Recorder, a_single_file_takes_one_camera) {
  const auto recorder = make({{}, folder / "out.h5"}, {&left, &right});
  CHECK_FALSE(recorder.has_value());
  CHECK_TRUE(recorder.error().wrong_use);
}

TEST(Recorder, an_existing_file_is_never_overwritten) {
  std::ofstream(folder / "out.h5") << "precious";
  const auto recorder = make_single();
  CHECK_FALSE(recorder.has_value());
  CHECK_TRUE(recorder.error().wrong_use);
  CHECK_EQUAL(8, std::filesystem::file_size(folder / "out.h5"));
}

TEST(Recorder, a_file_that_another_process_is_writing_is_told_from_one_that_was_left) {
  std::ofstream(folder / "out.h5.part") << "half";
  std::ofstream(folder / "out.journal") << "half";
  const auto left_behind = make_single();
  STRCMP_CONTAINS("left by an interrupted run", left_behind.error().message.c_str());
  STRCMP_CONTAINS("out.journal", left_behind.error().message.c_str());
  const UniqueFd other(::open((folder / "out.journal").c_str(), O_RDWR | O_CLOEXEC));
  CHECK_EQUAL(0, ::flock(other.get(), LOCK_EX));
  const auto in_use = make_single();
  STRCMP_CONTAINS("another process is writing it", in_use.error().message.c_str());
  CHECK_EQUAL(4, std::filesystem::file_size(folder / "out.h5.part"));
}

TEST(Recorder, one_that_never_started_leaves_no_segment) {
  (void)must(make({folder / "run", {}}, {&left}));
  CHECK_TRUE(std::filesystem::is_empty(folder / "run/left"));
}

TEST(Recorder, takes_from_the_arena_what_it_costs) {
  const Bytes before = arena.used();
  auto recorder = must(make({folder / "run", {}}, {&left}));
  CHECK(Recorder::cost(64 * 48, 3, 3, 64, left.channel.rows.region_room()) == arena.used() - before);
  codec_threads = 4;
  const Bytes between = arena.used();
  auto shared = must(make({folder / "other", {}}, {&right}));
  CHECK(Recorder::cost(64 * 48, 3, 3, 64, right.channel.rows.region_room(), 4) == arena.used() - between);
}

TEST(Recorder, a_chunk_holds_what_fits_in_half_a_sync_interval_and_a_mebibyte) {
  CHECK_EQUAL(5, Recorder::frames_per_chunk(19'200, 10, 1s));
  CHECK_EQUAL(54, Recorder::frames_per_chunk(19'200, 500, 1s));
  CHECK_EQUAL(1, Recorder::frames_per_chunk(19'200, 0.2, 1s));
  CHECK_EQUAL(1, Recorder::frames_per_chunk(19'200, 0, 1s));
  CHECK_EQUAL(1, Recorder::frames_per_chunk(5'000'000, 30, 1s));
}
