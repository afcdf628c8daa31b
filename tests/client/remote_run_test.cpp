#include "client/remote_run.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

const std::string digest(64, 'a');

std::string manifest(const std::string& segments, const std::string& camera = "cam") {
  return R"({"cameras": [{"name": ")" + camera + R"(", "segments": [)" + segments + "]}]}";
}

std::string refusal(const std::string& text) {
  const auto files = files_of(text);
  return files ? "" : files.error().message;
}

}  // namespace

TEST_GROUP(RemoteRun) {
  const Json runs = Json::parse(R"([{"run": "a", "started": "2026-01-02", "current": false},
    {"run": "b", "started": "2026-01-03", "current": true}, {"run": "c", "started": "2026-01-01", "current": false}])");
};

TEST(RemoteRun, the_newest_run_is_the_one_that_began_last) {
  const auto newest = choose_run(runs, "");
  STRCMP_EQUAL("b", newest->name.c_str());
  CHECK(newest->current);
  const auto named = choose_run(runs, "c");
  STRCMP_EQUAL("c", named->name.c_str());
  CHECK(!named->current);
}

TEST(RemoteRun, a_run_that_is_not_there_is_wrong_use_and_those_there_are_named) {
  const auto refused = choose_run(runs, "d");
  CHECK(refused.error().wrong_use);
  STRCMP_CONTAINS("has no run d; the newest are c, b, a", refused.error().message.c_str());
  STRCMP_CONTAINS("no run yet", choose_run(Json::array(), "").error().message.c_str());
  CHECK(!choose_run(Json::object(), "").has_value());
}

TEST(RemoteRun, names_that_lead_elsewhere_are_no_runs) {
  for (const char* name : {"..", ".", "", "../x", "/x", "a/b", ".hidden", "a\nb", "a\\b", "a\xc2\x9b"}) {
    CHECK_TEXT(!is_safe_name(name), name);
    CHECK_TEXT(!choose_run(Json{{{"run", name}, {"started", "9"}}}, "").has_value(), name);
  }
}

TEST(RemoteRun, a_file_is_what_run_json_says) {
  const auto files =
      files_of(manifest(R"({"file": "cam/a.h5", "bytes": 7, "sealed": true, "sha256": ")" + digest +
                        R"(", "pulled": "2026"}, {"file": "cam/b.h5.part", "sealed": false, "sha256": null},
                                       {"file": "cam/c.h5", "sealed": true, "deleted": "2026", "sha256": "zz"})"));
  CHECK_TEXT(files.has_value(), files ? "" : files.error().message.c_str());
  const auto& [a, b, c] = std::tie((*files)[0], (*files)[1], (*files)[2]);
  STRCMP_EQUAL("cam/a.h5", a.path.c_str());
  LONGS_EQUAL(7, a.bytes);
  CHECK(a.sealed && a.pulled && a.sha256 == digest);
  STRCMP_EQUAL("cam/b.h5", b.path.c_str());
  CHECK(!b.sealed && !b.pulled && b.sha256.empty());
  CHECK(c.deleted && !c.sealed && c.sha256.empty());
}

TEST(RemoteRun, a_path_that_leads_out_of_the_run_is_refused) {
  for (const char* path : {"../a.h5", "/a.h5", "cam/../../a.h5", "cam//a.h5", "cam/.a.h5", "cam/./a.h5", "cam/a.sh",
                           "run.json", "", ".h5", "cam/", "cam\\\\..\\\\a.h5", "cam/a\\u0000.h5", "cam/a\\n.h5"}) {
    const auto text = manifest(std::string(R"({"file": ")") + path + "\"}");
    CHECK_TEXT(!refusal(text).empty(), path);
  }
  CHECK(!refusal(manifest(R"({"file": 1})")).empty());
  CHECK(!refusal(manifest("1")).empty());
  CHECK(!refusal(manifest("", "../../cam")).empty());
}

TEST(RemoteRun, what_is_no_run_json_is_refused) {
  for (const char* text : {"", "[]", "{}", R"({"cameras": 1})", R"({"cameras": [1]})", R"({"cameras": [{}]})"})
    CHECK_TEXT(!refusal(text).empty(), text);
  STRCMP_CONTAINS("twice", refusal(manifest(R"({"file": "cam/a.h5"}, {"file": "cam/a.h5"})")).c_str());
}

TEST(RemoteRun, a_target_keeps_the_slashes_of_the_path_alone) {
  STRCMP_EQUAL("/v1/runs/r%20n/files/c%25m/a%3F.h5", file_target("r n", "c%m/a?.h5").c_str());
}
