#include "store/segment_deleter.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <thread>

#include "CppUTest/TestHarness.h"
#include "sample_recording.hpp"
#include "store/manifest_json.hpp"
#include "support/faulty_files.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_folder.hpp"
#include "test_camera.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

// The kernel lists who waits behind "->"; of all processes, and only this one waits here.
bool somebody_waits_for_a_lock() {
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    if (line.find("-> FLOCK") != std::string::npos && line.find(std::to_string(::getpid())) != std::string::npos)
      return true;
  }
  return false;
}

}  // namespace

TEST_GROUP(SegmentDeleter) {
  TemporaryFolder folder;
  FaultyFiles files;
  ManualClock clock;
  Arena arena = *Arena::create(mebibytes(4));
  CameraRecording facts = sample_camera();
  TestCamera camera{facts, 4, 16};
  const std::filesystem::path now = folder / "sleep_pi_20260201_000000";
  const std::filesystem::path before = folder / "sleep_pi_20260101_000000";
  std::unique_ptr<Manifest> manifest;

  void setup() override {
    make_run(before, {"20260101_000000_000001", "20260102_000000_000002"});
    std::filesystem::create_directories(now / "a");
    manifest = must(Manifest::open(files, arena, now, sample_run(), {{&camera.channel, camera.facts}}));
    for (const char* name : {"20260201_000000_000001", "20260202_000000_000002", "20260203_000000_000003"}) {
      const std::size_t index = manifest->begin_segment(0, "x");
      manifest->update_segment(0, index, segment(now, name));
    }
    must(manifest->write());
  }
  static SegmentSummary segment(const std::filesystem::path& run, const std::string& name) {
    SegmentSummary summary;
    summary.file = "a/sleep_a_" + name + ".h5";
    summary.bytes = 100;
    summary.sha256 = "sha of " + name;
    summary.sealed = true;
    std::ofstream(run / summary.file) << name;
    return summary;
  }
  static void make_run(const std::filesystem::path& run, const std::vector<std::string>& names) {
    std::filesystem::create_directories(run / "a");
    Json segments = Json::array();
    for (const std::string& name : names) segments.push_back(to_json(segment(run, name)));
    const Json camera_entry = {{"name", "a"}, {"segments", segments}};
    std::ofstream(run / "run.json") << Json{{"run", "r"}, {"cameras", Json::array({camera_entry})}};
  }
  SegmentDeleter deleter(Retention policy) { return {files, clock, *manifest, now, policy}; }
  // Name of what was deleted; empty: nothing.
  static std::string deleted(SegmentDeleter & deleter) {
    const auto result = must(deleter.delete_oldest());
    return result ? result->file.filename().string() : "";
  }
  static Json listed(const std::filesystem::path& run, std::size_t index) {
    return Json::parse(std::ifstream(run / "run.json")).at("cameras").at(0).at("segments").at(index);
  }
};

TEST(SegmentDeleter, the_oldest_goes_first_across_runs_and_the_last_of_this_run_never) {
  SegmentDeleter oldest = deleter(Retention::delete_oldest);
  STRCMP_EQUAL("sleep_a_20260101_000000_000001.h5", deleted(oldest).c_str());
  STRCMP_EQUAL("sleep_a_20260102_000000_000002.h5", deleted(oldest).c_str());
  STRCMP_EQUAL("sleep_a_20260201_000000_000001.h5", deleted(oldest).c_str());
  STRCMP_EQUAL("sleep_a_20260202_000000_000002.h5", deleted(oldest).c_str());
  STRCMP_EQUAL("", deleted(oldest).c_str());
  CHECK_TRUE(std::filesystem::exists(now / "a/sleep_a_20260203_000000_000003.h5"));
  CHECK_FALSE(std::filesystem::exists(before / "a/sleep_a_20260101_000000_000001.h5"));
  CHECK_TRUE(listed(before, 0).at("deleted").is_string());
  CHECK_TRUE(listed(now, 1).at("deleted").is_string());
  CHECK_TRUE(listed(now, 2).at("deleted").is_null());
}

TEST(SegmentDeleter, what_was_not_pulled_stays_unless_the_rig_says_otherwise) {
  SegmentDeleter pulled = deleter(Retention::delete_pulled_oldest);
  STRCMP_EQUAL("", deleted(pulled).c_str());
  const std::string file = "a/sleep_a_20260102_000000_000002.h5";
  CHECK_FALSE(mark_pulled(files, before, file, "another sha", clock.utc()).has_value());
  CHECK_FALSE(mark_pulled(files, before, "a/none.h5", "x", clock.utc()).has_value());
  STRCMP_EQUAL("", deleted(pulled).c_str());
  must(mark_pulled(files, before, file, "sha of 20260102_000000_000002", clock.utc()));
  // A manifest that was written within the clock's grain of the one before is looked at by another deleter.
  SegmentDeleter again = deleter(Retention::delete_pulled_oldest);
  STRCMP_EQUAL("sleep_a_20260102_000000_000002.h5", deleted(again).c_str());
  STRCMP_EQUAL("", deleted(again).c_str());
  must(manifest->mark_pulled("a/sleep_a_20260201_000000_000001.h5", "sha of 20260201_000000_000001", clock.utc()));
  STRCMP_EQUAL("sleep_a_20260201_000000_000001.h5", deleted(again).c_str());
  CHECK_FALSE(manifest->mark_pulled("a/sleep_a_20260201_000000_000001.h5", "sha of 20260201_000000_000001", clock.utc())
                  .has_value());
}

TEST(SegmentDeleter, keep_all_keeps_all) {
  SegmentDeleter none = deleter(Retention::keep_all);
  STRCMP_EQUAL("", deleted(none).c_str());
}

TEST(SegmentDeleter, whichever_step_fails_no_manifest_promises_a_file_that_is_gone) {
  for (std::uint64_t k = 1; k < 40; ++k) {
    make_run(before, {"20260101_000000_000001", "20260102_000000_000002"});
    SegmentDeleter oldest = deleter(Retention::delete_oldest);
    files.fail_at = files.counted() + k;
    (void)oldest.delete_oldest();
    files.fail_at = 0;
    for (const auto& [run, count] : {std::pair(before, 2U), std::pair(now, 3U)}) {
      for (std::size_t i = 0; i < count; ++i) {
        const Json entry = listed(run, i);
        if (entry.at("deleted").is_null())
          CHECK_TRUE(std::filesystem::exists(run / entry.at("file").get<std::string>()));
      }
    }
  }
}

TEST(SegmentDeleter, a_file_whose_deletion_was_noted_before_a_power_cut_goes_at_the_next_start) {
  files.only = "unlink";
  files.fail_at = files.counted() + 1;
  SegmentDeleter cut = deleter(Retention::delete_oldest);
  CHECK_FALSE(cut.delete_oldest().has_value());
  CHECK_TRUE(std::filesystem::exists(before / "a/sleep_a_20260101_000000_000001.h5"));
  CHECK_TRUE(listed(before, 0).at("deleted").is_string());
  files.fail_at = 0;
  SegmentDeleter next = deleter(Retention::delete_pulled_oldest);
  STRCMP_EQUAL("", deleted(next).c_str());
  CHECK_FALSE(std::filesystem::exists(before / "a/sleep_a_20260101_000000_000001.h5"));
}

TEST(SegmentDeleter, a_run_that_awaits_recovery_is_left_alone) {
  Json document = Json::parse(std::ifstream(before / "run.json"));
  document["cameras"][0]["segments"][1]["sealed"] = false;
  std::ofstream(before / "run.json") << document;
  SegmentDeleter oldest = deleter(Retention::delete_oldest);
  STRCMP_EQUAL("sleep_a_20260201_000000_000001.h5", deleted(oldest).c_str());
}

TEST(SegmentDeleter, a_run_in_which_a_journal_is_left_is_left_alone_until_that_is_gone) {
  std::ofstream(before / "a/sleep_a_20260102_000000_000002.journal") << "its segment is sealed and listed";
  SegmentDeleter oldest = deleter(Retention::delete_oldest);
  STRCMP_EQUAL("sleep_a_20260201_000000_000001.h5", deleted(oldest).c_str());
  std::filesystem::remove(before / "a/sleep_a_20260102_000000_000002.journal");
  STRCMP_EQUAL("sleep_a_20260101_000000_000001.h5", deleted(oldest).c_str());
}

TEST(SegmentDeleter, tells_when_a_deletion_has_made_no_room_yet) {
  files.free = 1000;
  SegmentDeleter oldest = deleter(Retention::delete_oldest);
  CHECK_FALSE(must(oldest.delete_oldest())->freed);
  std::filesystem::remove(before / "a/sleep_a_20260102_000000_000002.h5");
  CHECK_TRUE(must(oldest.delete_oldest())->freed);
}

TEST(SegmentDeleter, nothing_outside_of_a_runs_own_folder_is_deleted) {
  Json document = Json::parse(std::ifstream(before / "run.json"));
  document["cameras"][0]["segments"][0]["file"] = "../elsewhere_20260101_000000_000001.h5";
  std::ofstream(before / "run.json") << document;
  std::ofstream(folder / "elsewhere_20260101_000000_000001.h5") << "somebody's";
  std::filesystem::create_directory_symlink(folder / "elsewhere", folder / "sleep_pi_20250101_000000");
  make_run(folder / "elsewhere", {"20250101_000000_000001"});
  SegmentDeleter oldest = deleter(Retention::delete_oldest);
  CHECK_FALSE(oldest.delete_oldest().has_value());
  STRCMP_EQUAL("sleep_a_20260201_000000_000001.h5", deleted(oldest).c_str());
  CHECK_TRUE(std::filesystem::exists(folder / "elsewhere_20260101_000000_000001.h5"));
  CHECK_TRUE(std::filesystem::exists(folder / "elsewhere/a/sleep_a_20250101_000000_000001.h5"));
}

TEST(SegmentDeleter, a_run_whose_manifest_somebody_else_writes_is_left_alone_meanwhile) {
  SegmentDeleter oldest = deleter(Retention::delete_oldest);
  {
    const auto lock = must(lock_manifest(files, before));
    CHECK_EQUAL(EWOULDBLOCK, lock_manifest(files, before, false).error().error_number);
    STRCMP_EQUAL("sleep_a_20260201_000000_000001.h5", deleted(oldest).c_str());
    std::ofstream(before / "run.json", std::ios::app) << "\n";
    std::filesystem::last_write_time(before / "run.json", std::filesystem::file_time_type::clock::now() + 5s);
  }
  STRCMP_EQUAL("sleep_a_20260101_000000_000001.h5", deleted(oldest).c_str());
}

TEST(SegmentDeleter, a_note_that_a_segment_was_pulled_waits_for_whoever_writes_the_manifest) {
  auto lock = std::make_optional(must(lock_manifest(files, before)));
  std::atomic<bool> noted{false};
  std::thread note([&] {
    noted = mark_pulled(files, before, "a/sleep_a_20260102_000000_000002.h5", "sha of 20260102_000000_000002", 1s)
                .has_value();
  });
  while (!noted && !somebody_waits_for_a_lock()) std::this_thread::yield();
  const bool early = noted;
  lock.reset();
  note.join();
  CHECK_FALSE(early);
  CHECK_TRUE(noted);
  CHECK_TRUE(listed(before, 1).at("pulled").is_string());
}
