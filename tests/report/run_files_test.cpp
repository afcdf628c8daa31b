#include "report/run_files.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::string manifest(const std::string& segments, const std::string& ended = "\"2026-01-01T00:00:00.000Z\"") {
  return "{\"ended\": " + ended + ", \"cameras\": [{\"name\": \"cam\", \"segments\": [" + segments +
         "], \"ledger\": {\"delivered\": 5}, "
         "\"samples\": {\"expected\": 7}}]}";
}

void must_refuse(const std::filesystem::path& path, const std::string& reason) {
  const auto found = find_run_files(system_files(), path);
  CHECK(!found);
  STRCMP_CONTAINS(reason.c_str(), found.error().message.c_str());
  STRCMP_CONTAINS(path.string().c_str(), found.error().message.c_str());
}

}  // namespace

TEST_GROUP(RunFiles) { TemporaryFolder folder; };

TEST(RunFiles, one_file_is_a_camera_without_a_name) {
  write(folder / "a.h5", "x");
  const auto found = find_run_files(system_files(), folder / "a.h5");
  CHECK(found.has_value());
  CHECK(!found->whole_run);
  CHECK_EQUAL(1, found->cameras.size());
  CHECK(found->cameras.front().sealed.front() == folder / "a.h5");
}

TEST(RunFiles, a_run_lists_its_sealed_segments_in_order_with_the_ledger) {
  write(folder / "cam/2.h5", "x");
  write(folder / "cam/1.h5", "x");
  write(folder / "run.json", manifest(R"({"file": "cam/1.h5"}, {"file": "cam/2.h5"})"));
  const auto found = find_run_files(system_files(), folder.path());
  CHECK(found.has_value());
  CHECK(found->whole_run && found->ended);
  const auto& camera = found->cameras.front();
  STRCMP_EQUAL("cam", camera.name.c_str());
  CHECK_EQUAL(2, camera.sealed.size());
  CHECK(camera.sealed[1] == folder / "cam/2.h5");
  CHECK_EQUAL(0, camera.notes.size());
  CHECK_EQUAL(7, camera.ledger["samples"]["expected"].get<int>());
}

TEST(RunFiles, an_unsealed_segment_is_named_and_passed_over) {
  write(folder / "cam/1.h5.part", "x");
  write(folder / "run.json", manifest(R"({"file": "cam/1.h5.part"})", "null"));
  const auto found = find_run_files(system_files(), folder.path());
  CHECK(found.has_value());
  CHECK(!found->ended);
  CHECK_EQUAL(0, found->cameras.front().sealed.size());
  STRCMP_CONTAINS("cam/1.h5.part is not sealed", found->cameras.front().notes.front().c_str());
}

TEST(RunFiles, an_unsealed_segment_that_is_not_listed_yet_is_named_too) {
  write(folder / "cam/2.h5.part", "x");
  write(folder / "run.json", manifest("", "null"));
  const auto found = find_run_files(system_files(), folder.path());
  CHECK(found.has_value());
  CHECK_EQUAL(1, found->cameras.front().notes.size());
  STRCMP_CONTAINS("cam/2.h5.part is not sealed", found->cameras.front().notes.front().c_str());
}

TEST(RunFiles, a_segment_that_was_sealed_since_is_taken) {
  write(folder / "cam/1.h5", "x");
  write(folder / "run.json", manifest(R"({"file": "cam/1.h5.part"})"));
  const auto found = find_run_files(system_files(), folder.path());
  CHECK(found.has_value());
  CHECK(found->cameras.front().sealed.front() == folder / "cam/1.h5");
}

TEST(RunFiles, a_segment_that_is_gone_is_named) {
  write(folder / "run.json", manifest(R"({"file": "cam/1.h5"})"));
  const auto found = find_run_files(system_files(), folder.path());
  CHECK(found.has_value());
  STRCMP_CONTAINS("cam/1.h5 is listed in run.json but not in the folder", found->cameras.front().notes.front().c_str());
}

TEST(RunFiles, files_outside_of_the_run_are_not_taken) {
  write(folder / "secret.h5", "x");
  for (const std::string name : {"../secret.h5", "cam/../../secret.h5", "/etc/passwd", ""}) {
    write(folder / "run/run.json", manifest("{\"file\": \"" + name + "\"}"));
    const auto found = find_run_files(system_files(), folder / "run");
    CHECK(found.has_value());
    CHECK_EQUAL(0, found->cameras.front().sealed.size());
    CHECK_EQUAL(1, found->cameras.front().notes.size());
  }
}

TEST(RunFiles, what_is_no_run_is_refused_with_what_is_there_instead) {
  must_refuse(folder / "nothing", "is not there");
  must_refuse(folder.path(), "has no run.json; name a run's folder or a sealed .h5 file");
  write(folder / "a.h5.part", "x");
  must_refuse(folder / "a.h5.part", "is not sealed");
  write(folder / "a.h5", "x");
  must_refuse(folder.path(), "name one of its files: " + (folder / "a.h5").string());
  write(folder / "runs/run-1/run.json", "{}");
  write(folder / "runs/run-2/run.json", "{}");
  must_refuse(folder / "runs", "holds 2 runs; name one of them: " + (folder / "runs/run-2").string());
  must_refuse("/dev/null", "is neither a file nor a folder");
}

TEST(RunFiles, a_manifest_of_another_shape_is_refused) {
  for (const char* text : {"", "{", "[]", "3", R"({"cameras": 4})", R"({"cameras": null})"}) {
    write(folder / "run.json", text);
    must_refuse(folder.path(), "run.json: is not the list of a run");
  }
}

TEST(RunFiles, segments_of_another_shape_are_named) {
  write(folder / "run.json", manifest(R"(3, null, {"file": 4}, {})"));
  const auto found = find_run_files(system_files(), folder.path());
  CHECK(found.has_value());
  CHECK_EQUAL(4, found->cameras.front().notes.size());
}
