#include "control/run_files.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/stat.h>

#include "control/open_beneath.hpp"
#include "control/sample_store.hpp"

using namespace tarsier;

TEST_GROUP(RunFiles) {
  SampleStore store;
  RunFiles files{store.path()};

  unsigned status_of(const std::string& run, const std::string& path) {
    const auto opened = files.open(run, path);
    return opened ? 200 : opened.error().status;
  }
};

TEST(RunFiles, a_run_is_listed_with_its_sums) {
  std::filesystem::create_directories(store.path() / "state");
  const auto runs = files.runs("night-1");
  CHECK_EQUAL(1U, runs.size());
  CHECK(runs[0] == (Json{{"run", "night-1"},
                         {"started", "2026-11-21T00:00:00Z"},
                         {"ended", nullptr},
                         {"current", true},
                         {"cameras", {"plate-a"}},
                         {"segments", 3},
                         {"bytes", 300'017},
                         {"unpulled", 1}}));
  CHECK(files.runs("")[0]["current"] == false);
}

TEST(RunFiles, a_sealed_file_opens_with_its_hash) {
  const auto opened = files.open("night-1", "plate-a/one.h5");
  CHECK(opened.has_value());
  CHECK_EQUAL(10U, opened->bytes);
  CHECK_EQUAL(SampleStore::sha256(store.first), opened->sha256);
  CHECK_EQUAL("\"" + opened->sha256 + "\"", opened->etag);
}

TEST(RunFiles, only_what_run_json_lists_can_be_reached) {
  store.write("night-1/plate-a/other.h5", "unlisted");
  for (const std::string path : {"plate-a/other.h5", "../secret", "plate-a/../../secret", "/etc/passwd", "plate-a", "",
                                 ".", "plate-a/./one.h5", "plate-a//one.h5", "run.json/"})
    CHECK_EQUAL_TEXT(404U, status_of("night-1", path), path.c_str());
  for (const std::string run : {"..", ".", "", "state", "night-2", "../night-1", "night-1/"})
    CHECK_EQUAL_TEXT(404U, status_of(run, "run.json"), run.c_str());
}

TEST(RunFiles, a_manifest_cannot_lead_out_of_the_store) {
  std::filesystem::create_symlink(store.path() / "secret", store.run() / "plate-a" / "link.h5");
  std::filesystem::create_directory_symlink(store.path(), store.run() / "up");
  ::mkfifo((store.run() / "pipe.h5").c_str(), 0600);
  Json more = Json::array();
  const std::vector<std::string> paths = {"../secret",   "plate-a/link.h5", "up/secret",
                                          "/etc/passwd", "pipe.h5",         "plate-a"};
  for (const auto& path : paths) more.push_back(SampleStore::entry(path, 1, nullptr));
  store.write_manifest(more);
  for (const auto& path : paths) CHECK_EQUAL_TEXT(404U, status_of("night-1", path), path.c_str());
  for (const std::string path : {"plate-a/link.h5", "up/secret", "../secret", "/etc/passwd", "./plate-a/one.h5"})
    CHECK_TEXT(!open_step_by_step(store.run(), path), path.c_str());
  CHECK(bool(open_step_by_step(store.run(), "plate-a/one.h5")));
}

TEST(RunFiles, a_run_that_is_a_link_is_none) {
  std::filesystem::create_directory_symlink(store.run(), store.path() / "night-9");
  CHECK_EQUAL(404U, status_of("night-9", "run.json"));
}

TEST(RunFiles, an_open_file_is_refused_with_the_remedy) {
  const auto opened = files.open("night-1", "plate-a/three.h5.part");
  CHECK_EQUAL(409U, opened.error().status);
  STRCMP_CONTAINS("rotate", opened.error().detail.c_str());
}

TEST(RunFiles, a_deleted_file_says_when) {
  const auto opened = files.open("night-1", "plate-a/zero.h5");
  CHECK_EQUAL(404U, opened.error().status);
  STRCMP_CONTAINS("2026-11-23", opened.error().detail.c_str());
}

TEST(RunFiles, a_changed_manifest_acts_at_once) {
  CHECK_EQUAL(404U, status_of("night-1", "plate-a/new.h5"));
  store.write("night-1/plate-a/new.h5", "new");
  store.write_manifest(Json::array({SampleStore::entry("plate-a/new.h5", 3, nullptr)}));
  CHECK_EQUAL(200U, status_of("night-1", "plate-a/new.h5"));
}

TEST(RunFiles, a_damaged_manifest_is_no_crash) {
  for (const std::string text : {"", "{", "[]", R"({"cameras": 7})", R"({"cameras": [{"name": 1}]})"}) {
    store.write("night-1/run.json", text);
    CHECK_EQUAL_TEXT(503U, status_of("night-1", "plate-a/one.h5"), text.c_str());
    CHECK(files.runs("").empty());
  }
}

TEST(RunFiles, a_device_without_a_store_has_no_runs) {
  RunFiles none{{}};
  CHECK(none.runs("").empty());
  CHECK_EQUAL(404U, none.manifest("night-1").error().status);
}
