// The files of a camera whose rig changes while it records.
#include "CppUTest/TestHarness.h"
#include "store/camera_recorder.hpp"
#include "store_bench.hpp"
#include "support/faulty_files.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

// argv[1] is the run's folder. Each sealed file's rows, regions and attributes agree.
const char* const agree = R"(
import glob, json, sys, h5py, numpy
files = [h5py.File(name) for name in sorted(glob.glob(sys.argv[1] + "/a/*.h5"))]
run = json.load(open(sys.argv[1] + "/run.json"))
ids = []
for f in files:
    rows, regions, facts = f["tarsier/rows"][:], f["tarsier/regions"][:], f["tarsier"].attrs
    assert regions.shape == (len(rows), len(facts["region_names"])), regions.shape
    assert (regions["abs_diff_sum"] == rows["frame_id"][:, None] * numpy.arange(1, regions.shape[1] + 1)).all()
    assert len(f["rois/masks"]) == regions.shape[1]
    assert f["frames"].shape[0] == (rows["stored_index"] >= 0).sum()
    assert facts["generation"] <= rows["generation"].min(), (facts["generation"], rows["generation"])
    assert json.loads(facts["rig"]) in [rig["document"] for rig in run["rigs"]]
    ids += list(rows["frame_id"])
assert ids == sorted(set(ids)), ids
)";

}  // namespace

TEST_GROUP(StoreGenerations) {
  TemporaryFolder folder;
  FaultyFiles files;
  StoreBench bench{files, folder.path(), bench_recording()};

  void setup() override { must(bench.recorder->begin()); }
  // From the next row on: so many regions.
  void apply(std::uint32_t generation, std::uint32_t layout, std::uint64_t regions) {
    RecordedGeneration next{layout, bench.camera.facts, nullptr};
    next.camera.generation = generation;
    next.camera.regions.resize(regions, {"new", {}, {{4, 8, 12}}, 4});
    RunFacts run = sample_run();
    run.experiment = "sleep";
    run.rig = Json{{"generation", generation}};
    next.run = std::make_shared<const RunFacts>(std::move(run));
    bench.generations.add(generation, std::make_shared<const RecordedGeneration>(std::move(next)));
    bench.camera.generation = generation;
    bench.camera.regions = regions;
  }
  void check_files(const std::string& more) { check_python(agree + more, {bench.run_folder()}); }
};

TEST(StoreGenerations, each_segment_has_the_regions_of_its_generation) {
  bench.record(4);
  apply(2, 2, 4);
  bench.record(3, 2);
  apply(3, 3, 1);
  bench.record(2, 3);
  bench.finish();
  bench.check_ledger();
  check_files(R"(
assert [f["tarsier/regions"].shape for f in files] == [(4, 2), (3, 4), (2, 1)]
assert [f["tarsier"].attrs["generation"] for f in files] == [1, 2, 3]
assert [rig["generation"] for rig in run["rigs"]] == [1, 2, 3]
)");
}

TEST(StoreGenerations, one_that_changes_no_region_stays_in_its_segment_and_the_next_one_names_it) {
  bench.record(2);
  apply(2, 1, 2);
  bench.record(2);
  bench.record(1, 2);
  bench.finish();
  check_files(R"(
assert [list(f["tarsier/rows"]["generation"]) for f in files] == [[1, 1, 2, 2], [2]]
assert [f["tarsier"].attrs["generation"] for f in files] == [1, 2]
)");
}

TEST(StoreGenerations, before_the_first_row_the_segment_that_was_made_gives_way) {
  apply(2, 2, 3);
  bench.record(4);
  bench.finish();
  bench.check_ledger();
  check_files("assert [f['tarsier/regions'].shape for f in files] == [(4, 3)]\n");
}

TEST(StoreGenerations, rows_that_wait_for_a_broken_disk_never_share_a_file_with_other_regions) {
  bench.record(6);
  bench.pass(1s);
  files.fail_at = files.counted() + 1;
  files.fail_for_good = true;
  files.error = EIO;
  for (int i = 0; i < 6; ++i) bench.record(1), bench.pass(300ms);
  apply(2, 2, 4);
  for (int i = 0; i < 20; ++i) bench.record(1, 2), bench.pass(300ms);
  files.fail_at = 0;
  bench.pass(3s);
  bench.record(6, 2);
  bench.finish();
  bench.check_ledger();
  CHECK_TRUE_TEXT(bench.fault.message().empty(), bench.fault.message().c_str());
  check_files("assert {f['tarsier/regions'].shape[1] for f in files} == {2, 4}\n");
}

TEST(StoreGenerations, of_many_the_manifest_lists_the_first_and_the_latest) {
  for (std::uint32_t generation = 2; generation < 50; ++generation) {
    apply(generation, generation, 2);
    bench.record(1, generation);
  }
  bench.finish();
  check_python(R"(
import json, sys
rigs = [rig["generation"] for rig in json.load(open(sys.argv[1] + "/run.json"))["rigs"]]
assert rigs == [1] + list(range(19, 50)), rigs
)",
               {bench.run_folder()});
}
