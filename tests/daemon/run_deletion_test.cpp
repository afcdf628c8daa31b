#include "daemon/run_deletion.hpp"

#include <CppUTest/TestHarness.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "daemon/deletion_sweep.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(RunDeletion) {
  TemporaryFolder store;
  void make_run(const std::string& name, const Json& pulled) const {
    std::filesystem::create_directories(store / name / "cam");
    std::ofstream(store / name / "cam" / "a_000001.h5") << "frames";
    const Json segment = {{"file", "cam/a_000001.h5"}, {"sealed", true}, {"pulled", pulled}, {"deleted", nullptr}};
    const Json manifest = {{"run", name}, {"cameras", {{{"name", "cam"}, {"segments", {segment}}}}}};
    write_manifest(name, manifest);
  }
  void write_manifest(const std::string& name, const Json& manifest) const {
    std::ofstream(store / name / "run.json") << manifest.dump();
  }
  Answer<Json> remove(const std::string& name, bool unpulled = false) const {
    return delete_run_folder(system_files(), store.path(), name, unpulled);
  }
  void sweep() const {
    sweep_deletions(store.path(), [] { return true; });
  }
};

TEST(RunDeletion, a_run_that_was_pulled_goes_with_everything_in_it) {
  make_run("night", "2026-01-02T03:04:05Z");
  CHECK(remove("night").has_value());
  CHECK_FALSE(std::filesystem::exists(store / "night"));
  sweep();
  CHECK(std::filesystem::is_empty(store.path()));
}

TEST(RunDeletion, what_nobody_pulled_stays_unless_it_may_be_lost) {
  make_run("night", nullptr);
  const auto refused = remove("night");
  CHECK_EQUAL(409, refused.error().status);
  STRCMP_CONTAINS("a_000001.h5", refused.error().detail.c_str());
  CHECK(std::filesystem::exists(store / "night" / "run.json"));
  CHECK(remove("night", true).has_value());
  CHECK_FALSE(std::filesystem::exists(store / "night"));
}

TEST(RunDeletion, what_a_crash_left_unsealed_stays_too) {
  make_run("night", "2026-01-02T03:04:05Z");
  std::ofstream(store / "night" / "cam" / "a_000002.h5.part") << "frames";
  std::ofstream(store / "night" / "cam" / "a_000002.journal") << "journal";
  const auto refused = remove("night");
  CHECK_EQUAL(409, refused.error().status);
  STRCMP_CONTAINS("a_000002.h5.part", refused.error().detail.c_str());
  const Json open = {{"file", "cam/a_000002.h5.part"}, {"sealed", false}, {"pulled", nullptr}, {"deleted", nullptr}};
  write_manifest("night", {{"run", "night"}, {"cameras", {{{"name", "cam"}, {"segments", {open}}}}}});
  CHECK_EQUAL(409, remove("night").error().status);
  CHECK(remove("night", true).has_value());
}

TEST(RunDeletion, a_damaged_run_json_is_an_error_and_may_be_lost) {
  make_run("night", "2026-01-02T03:04:05Z");
  for (const char* cameras :
       {"[1]", R"([{"segments": [1]}])", R"([{"segments": [{"file": 1}]}])", R"([{"name": 1}])"}) {
    write_manifest("night", {{"cameras", Json::parse(cameras)}});
    CHECK_EQUAL(500, remove("night").error().status);
  }
  CHECK(remove("night", true).has_value());
}

TEST(RunDeletion, only_a_run_of_this_store_can_be_named) {
  make_run("night", "2026-01-02T03:04:05Z");
  std::filesystem::create_directories(store / "state");
  for (const char* name : {"state", "..", ".", "", "night/cam", "../night", "nobody"}) {
    CHECK_EQUAL(404, remove(name).error().status);
  }
  CHECK(std::filesystem::exists(store / "night" / "run.json"));
}

TEST(RunDeletion, what_a_crash_left_of_a_deletion_goes_at_the_next_start) {
  make_run(".deleted-night", nullptr);
  make_run("morning", nullptr);
  sweep();
  CHECK_FALSE(std::filesystem::exists(store / ".deleted-night"));
  CHECK(std::filesystem::exists(store / "morning"));
}

TEST(RunDeletion, a_sweep_that_is_not_wanted_any_more_ends_between_two_files) {
  make_run(".deleted-night", nullptr);
  int asked = 0;
  sweep_deletions(store.path(), [&asked] { return ++asked == 1; });
  CHECK_EQUAL(2, asked);
  CHECK(std::filesystem::exists(store / ".deleted-night"));
  sweep();
  CHECK_FALSE(std::filesystem::exists(store / ".deleted-night"));
}

TEST(RunDeletion, a_sweep_beside_a_recording_removes_what_was_there_and_what_comes) {
  make_run(".deleted-night", nullptr);
  DeletionSweep beside(store.path());
  const auto gone = [this](const char* name) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::filesystem::exists(store / name) && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    return !std::filesystem::exists(store / name);
  };
  CHECK(gone(".deleted-night"));
  make_run("morning", "2026-01-02T03:04:05Z");
  CHECK(remove("morning").has_value());
  beside.start();
  CHECK(gone(".deleted-morning"));
}
