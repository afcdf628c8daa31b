#include "store/run_recovery.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <fstream>

#include "CppUTest/TestHarness.h"
#include "base/unique_fd.hpp"
#include "store/journal.hpp"
#include "store_bench.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(RunRecovery) {
  TemporaryFolder folder;
  FileOperations& files = system_files();

  // A run whose first segment is sealed and whose second one is torn, after six and three frames.
  void torn_run() {
    StoreBench bench(files, folder.path(), bench_recording());
    must(bench.recorder->begin());
    bench.record(6);
    bench.record(3, 2);
    bench.pass(2s);
    must(bench.manifest->write());
  }
  Json manifest() { return must(read_manifest(files, folder / "run")); }
};

TEST(RunRecovery, a_recovered_segment_is_listed_with_what_it_holds) {
  torn_run();
  CHECK_FALSE(manifest()["cameras"][0]["segments"][1]["sealed"].get<bool>());
  const auto places = must(find_torn_places(files, folder.path()));
  CHECK_EQUAL(1, places.torn.size());
  (void)must(recover_place(files, places.torn[0], {}));
  const Json camera = manifest()["cameras"][0];
  CHECK_EQUAL(2, camera["segments"].size());
  const Json segment = camera["segments"][1];
  CHECK_TRUE(segment["sealed"].get<bool>());
  CHECK_EQUAL(3, segment["rows"].get<int>());
  CHECK_EQUAL(6, segment["first_id"].get<int>());
  CHECK_EQUAL(9, camera["ledger"]["stored"].get<int>());
  CHECK_EQUAL(9, camera["next_frame_id"].get<int>());
  CHECK_TRUE(std::filesystem::exists(folder / "run" / segment["file"].get<std::string>()));
  CHECK_TRUE(must(find_torn_places(files, folder.path())).torn.empty());
}

TEST(RunRecovery, lost_frames_are_counted_though_the_recovery_that_found_them_died_before_it_told_run_json) {
  torn_run();
  const auto place = must(find_torn_places(files, folder.path())).torn.at(0);
  {
    std::fstream part(place.files.part, std::ios::in | std::ios::out | std::ios::binary);
    part.seekp(0, std::ios::end);
    const std::vector<char> zeros(static_cast<std::size_t>(part.tellp()));
    part.seekp(0).write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
  }
  CHECK_EQUAL(3, must(recover_segment(files, place.files)).lost_frames);
  const auto again = must(recover_place(files, place, {}));
  CHECK(again.end == RecoveryEnd::sealed_already);
  CHECK_EQUAL(3, again.lost_frames);
  const Json camera = manifest()["cameras"][0];
  CHECK_EQUAL(6, camera["ledger"]["stored"].get<int>());
  CHECK_EQUAL(3, camera["ledger"]["dropped"]["failed"].get<int>());
  CHECK_EQUAL(0, camera["segments"][1]["frames"].get<int>());
  CHECK_EQUAL(1, camera["gaps"].size());
}

TEST(RunRecovery, what_run_json_knows_of_a_sealed_segment_stays_when_only_its_journal_was_left) {
  torn_run();
  const auto place = must(find_torn_places(files, folder.path())).torn.at(0);
  (void)must(recover_segment(files, place.files));
  Json known = manifest();
  Json& segment = known["cameras"][0]["segments"][1];
  std::string file = segment["file"];
  if (file.ends_with(".part")) file.resize(file.size() - 5);
  segment["file"] = file;
  segment["sealed"] = true;
  segment["sha256"] = "known";
  known["cameras"][0]["ledger"]["stored"] = 7;
  std::ofstream(folder / "run" / "run.json") << known;
  (void)must(recover_place(files, place, {}));
  CHECK_TRUE(manifest() == known);
  CHECK_FALSE(std::filesystem::exists(place.files.journal));
}

TEST(RunRecovery, an_adopted_segment_takes_the_place_of_the_torn_one_unless_its_recorder_sealed_it_after_all) {
  StoreBench bench(files, folder.path(), bench_recording());
  must(bench.recorder->begin());
  bench.record(6);
  bench.record(3, 2);
  bench.pass(2s);
  const auto listed = bench.manifest->segments(0);
  AdoptedSegment adopted{"a", folder / "x.journal", {}, 0, {}};
  adopted.summary.sealed = true;
  adopted.summary.file = listed.at(0).file.filename();
  CHECK_FALSE(bench.manifest->adopt(adopted).value().sealed_now);
  CHECK_EQUAL(listed.at(0).sha256, bench.manifest->segments(0).at(0).sha256);
  CHECK_EQUAL(6, bench.manifest->segments(0).at(0).rows);
  adopted.summary.file = listed.at(1).file.stem();
  adopted.summary.rows = 3;
  CHECK_TRUE(bench.manifest->adopt(adopted).value().sealed_now);
  CHECK_EQUAL(3, bench.manifest->segments(0).at(1).rows);
}

TEST(RunRecovery, a_run_that_somebody_records_is_left_to_its_recorder) {
  torn_run();
  std::filesystem::create_directories(folder / "state");
  std::ofstream(folder / "state" / "lock") << "1\n";
  std::ofstream(folder / "state" / "intent.json") << R"({"run": "run", "over": false})";
  const auto place = must(find_torn_places(files, folder / "run")).torn.at(0);
  const UniqueFd recorder(::open((folder / "state" / "lock").c_str(), O_RDWR | O_CLOEXEC));
  CHECK_EQUAL(0, ::flock(recorder.get(), LOCK_EX));
  CHECK_EQUAL(EWOULDBLOCK, recover_place(files, place, {}).error().error_number);
  std::ofstream(folder / "state" / "intent.json") << R"({"run": "another", "over": false})";
  CHECK_TRUE(recover_place(files, place, {}).has_value());
}

TEST(RunRecovery, what_can_never_be_recovered_is_named) {
  std::filesystem::create_directories(folder / "run" / "a");
  std::ofstream(folder / "run" / "a" / "x_000001.h5.part") << "torn";
  std::ofstream(folder / "run" / "a" / "y_000001.journal") << std::string(4 << 20, '\0');
  std::ofstream(folder / "run" / "a" / "z.h5") << "no torn one";
  CHECK_EQUAL(2, must(find_torn_places(files, folder.path())).errors.size());
  CHECK_FALSE(find_torn_places(files, folder / "run" / "a" / "x_000001.h5.part").has_value());
  CHECK_FALSE(find_torn_places(files, folder / "run" / "a" / "y_000001.journal").has_value());
  CHECK_TRUE(find_torn_places(files, folder / "run" / "a" / "z.h5").error().wrong_use);
  CHECK_TRUE(find_torn_places(files, folder / "none").error().wrong_use);
}

TEST(RunRecovery, the_child_tells_its_parent_what_to_adopt) {
  torn_run();
  const auto place = must(find_torn_places(files, folder.path())).torn.at(0);
  const auto recovered = must(recover_segment(files, place.files));
  const auto adopted = adopted_from_json(Json::parse(to_json(recovered, place).dump()));
  CHECK_TRUE(adopted.has_value());
  CHECK_EQUAL(std::string("a"), adopted->camera);
  CHECK_EQUAL(3, adopted->summary.rows);
  CHECK_TRUE(adopted->summary.sealed);
  CHECK_FALSE(adopted_from_json(Json{{"camera", 5}}).has_value());
}

TEST(RunRecovery, a_run_that_goes_on_learns_from_the_journal_what_run_json_does_not_know) {
  {
    StoreBench bench(files, folder.path(), bench_recording());
    must(bench.recorder->begin());
    must(bench.manifest->write());
    bench.record(9);
    bench.pass(2s);
    // Nobody writes run.json any more.
    std::filesystem::copy(folder / "run", folder / "killed", std::filesystem::copy_options::recursive);
  }
  std::ofstream old(folder / "killed" / "run.json");
  old << R"({"cameras": [{"name": "a", "segments": [], "next_frame_id": 3, "last_utc_ns": 1, "gaps": [],
    "ledger": {"delivered": 3, "stored": 3, "reduced_only": 0, "skipped": {"sampled_out": 0, "averaged": 0},
      "dropped": {"ring_full": 0, "disk_full": 0, "corrupted": 0, "failed": 0, "shutdown": 0},
      "missed": {"driver": 0, "restart": 0}, "repeated": 0},
    "samples": {"expected": 0, "taken": 0, "missed": 0}}]})";
  old.close();
  const auto left = must(Recorder::resume(folder / "killed"));
  CHECK_EQUAL(1, left.size());
  CHECK_EQUAL(9, left[0].next_frame_id);
  CHECK_EQUAL(9, left[0].counts.stored);
  CHECK_TRUE(left[0].crashed);
  CHECK_EQUAL(TestCamera::start_utc_ns + 800'000'000, left[0].last_utc_ns);
}

TEST(RunRecovery, a_segment_set_aside_long_ago_does_not_say_when_the_last_row_came) {
  {
    StoreBench bench(files, folder.path(), bench_recording());
    must(bench.recorder->begin());
    must(bench.manifest->write());
    bench.record(9);
    bench.pass(2s);
    std::filesystem::copy(folder / "run", folder / "later", std::filesystem::copy_options::recursive);
  }
  // The run went on for long behind that segment, and ended in order.
  constexpr std::int64_t last_utc_ns = TestCamera::start_utc_ns + 86'400'000'000'000;
  std::ofstream(folder / "later" / "run.json") << R"({"cameras": [{"name": "a", "segments": [], "next_frame_id": 900,
    "gaps": [], "ledger": {"delivered": 900, "stored": 900, "reduced_only": 0, "skipped": {"sampled_out": 0,
      "averaged": 0}, "dropped": {"ring_full": 0, "disk_full": 0, "corrupted": 0, "failed": 0, "shutdown": 0},
      "missed": {"driver": 0, "restart": 0}, "repeated": 0},
    "samples": {"expected": 0, "taken": 0, "missed": 0}, "last_utc_ns": )"
                                               << last_utc_ns << "}]}";
  const auto left = must(Recorder::resume(folder / "later"));
  CHECK_EQUAL(900, left.at(0).next_frame_id);
  CHECK_EQUAL(last_utc_ns, left.at(0).last_utc_ns);
}
