#include "store/manifest.hpp"

#include <fstream>

#include "CppUTest/TestHarness.h"
#include "sample_recording.hpp"
#include "store/manifest_json.hpp"
#include "support/faulty_files.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"
#include "test_camera.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(Manifest) {
  TemporaryFolder folder;
  FaultyFiles files;
  TestCamera camera{sample_camera(), 2, 2};
  Arena arena = *Arena::create(mebibytes(2));

  std::unique_ptr<Manifest> open(RunFacts run = sample_run()) {
    return must(Manifest::open(files, arena, folder.path(), run, {{&camera.channel, camera.facts}}));
  }
  Json written() { return Json::parse(must(read_text(system_files(), folder / "run.json", mebibytes(16)))); }
};

TEST(Manifest, says_what_a_run_consists_of) {
  const auto manifest = open();
  camera.channel.ledger.stored.add(5);
  camera.channel.ledger.ring_full.add(2);
  camera.channel.ledger.samples_missed.add(3);
  const std::size_t first = manifest->begin_segment(0, "plate-a/x_000001.h5.part");
  manifest->update_segment(0, first, {"plate-a/x_000001.h5", 10, 14, 5, 6, 7777, {}, true, {}, {}});
  manifest->set_hash(0, first, "abc");
  (void)manifest->begin_segment(0, "plate-a/x_000002.h5.part");
  const Gap gap{15, 16, GapCause::ring_full, true, 1'767'225'600'000'000'000, 1'767'225'601'500'000'000};
  manifest->add_gaps(0, std::span(&gap, 1));
  manifest->set_position(0, 17, 99);
  manifest->end(Nanoseconds(1'767'225'602'000'000'000));
  must(manifest->write());
  check_python(R"(
import json, sys
run = json.load(open(sys.argv[1]))
assert list(run) == ["run", "experiment", "device", "started", "ended", "rigs", "versions", "cameras"], list(run)
assert run["started"] == "2026-01-01T00:00:00.000Z" and run["ended"] == "2026-01-01T00:00:02.000Z", run
assert run["rigs"] == [{"generation": 1, "document": {"experiment": "sleep"}}], run["rigs"]
camera, = run["cameras"]
assert camera["segments"] == [
    dict(file="plate-a/x_000001.h5", first_id=10, last_id=14, frames=5, rows=6, bytes=7777, sha256="abc", sealed=True,
         pulled=None, deleted=None),
    dict(file="plate-a/x_000002.h5.part", first_id=None, last_id=None, frames=0, rows=0, bytes=0, sha256=None,
         sealed=False, pulled=None, deleted=None)], camera["segments"]
ledger = camera["ledger"]
assert ledger["delivered"] == 7 and ledger["stored"] == 5 and ledger["dropped"]["ring_full"] == 2, ledger
assert camera["samples"] == dict(expected=0, taken=0, missed=3), camera["samples"]
gap, = camera["gaps"]
assert (gap["cause"], gap["first_id"], gap["last_id"], gap["estimated"]) == ("ring_full", 15, 16, True), gap
assert (gap["start"], gap["end"]) == ("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.500Z"), gap
)",
               {folder / "run.json"});
}

TEST(Manifest, a_run_that_goes_on_keeps_what_was_there) {
  {
    const auto manifest = open();
    camera.channel.ledger.stored.add(5);
    const std::size_t first = manifest->begin_segment(0, "x.part");
    manifest->update_segment(0, first, {"x", 10, 14, 5, 5, 7, {}, true, {}, {}});
    const Gap gap{15, 16, GapCause::driver, false, 1, 2};
    manifest->add_gaps(0, std::span(&gap, 1));
    manifest->set_position(0, 17, 99);
    manifest->end(1s);
    must(manifest->write());
  }
  RunFacts changed = sample_run();
  changed.rig["experiment"] = "wake";
  const auto manifest = open(changed);
  must(manifest->write());
  const Json run = written();
  CHECK_EQUAL(2, run["rigs"].size());
  CHECK_TRUE(run["ended"].is_null());
  CHECK_EQUAL(1, run["cameras"][0]["segments"].size());
  CHECK_EQUAL(1, run["cameras"][0]["gaps"].size());
  CHECK_EQUAL(1, manifest->unhashed().size());
  const auto resumed = must(Recorder::resume(folder.path()));
  CHECK_EQUAL(std::string("plate-a"), resumed.at(0).camera);
  CHECK_EQUAL(17, resumed.at(0).next_frame_id);
  CHECK_EQUAL(99, resumed.at(0).last_utc_ns);
  CHECK_EQUAL(2, resumed.at(0).next_segment);
  CHECK(camera.channel.ledger.snapshot() == resumed.at(0).counts);
}

TEST(Manifest, gaps_beyond_its_limit_lengthen_the_last_of_their_cause) {
  const auto manifest = open();
  for (std::uint64_t i = 0; i < manifest_gaps; ++i) {
    const Gap gap{i, i, i % 2 == 0 ? GapCause::driver : GapCause::ring_full, false, 1, 2};
    manifest->add_gaps(0, std::span(&gap, 1));
  }
  const Gap late{20'000, 20'005, GapCause::driver, false, 3, 4};
  manifest->add_gaps(0, std::span(&late, 1));
  must(manifest->write());
  const Json document = written();
  const Json& written_camera = document["cameras"][0];
  CHECK_EQUAL(manifest_gaps, written_camera["gaps"].size());
  CHECK_EQUAL(1, written_camera["gaps_merged"].get<int>());
  const Json& last_driver = written_camera["gaps"][manifest_gaps - 2];
  CHECK_EQUAL(20'005, last_driver["last_id"].get<int>());
  CHECK_TRUE(last_driver["estimated"].get<bool>());
}

TEST(Manifest, whichever_step_of_writing_fails_the_old_or_the_new_one_is_there) {
  must(open()->write());
  bool done = false;
  for (std::uint64_t k = 1; !done; ++k) {
    const auto manifest = open();
    manifest->end(std::chrono::seconds(k));
    files.fail_at = files.counted() + k;
    done = manifest->write().has_value();
    CHECK_TRUE(written().contains("ended"));
  }
}

TEST(Manifest, what_is_no_manifest_is_refused_and_left_alone) {
  for (const char* text : {"", "[]", "{\"cameras\": 3}", "{\"cameras\": [{}]}"}) {
    std::ofstream(folder / "run.json") << text;
    CHECK_FALSE(
        Manifest::open(files, arena, folder.path(), sample_run(), {{&camera.channel, camera.facts}}).has_value());
    CHECK_FALSE(Recorder::resume(folder.path()).has_value());
    CHECK_EQUAL(std::string(text), must(read_text(system_files(), folder / "run.json", mebibytes(1))));
  }
}

TEST(Manifest, names_of_segments_may_hold_what_json_escapes) {
  SegmentSummary segment;
  segment.file = "a \"b\"/c\\d\n.h5";
  CHECK_EQUAL(segment.file.string(), segment_from_json(to_json(segment)).file.string());
  segment.file = "\xff.h5";  // no UTF-8
  CHECK_EQUAL(std::string("\xef\xbf\xbd.h5"), segment_from_json(to_json(segment)).file.string());
}
