#include "client/pull_folder.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(PullFolder) {
  TemporaryFolder folder;
  const std::string digest = std::string(64, 'a');
  const RemoteFile segment{"cam/a.h5", 3, digest, true, false, false};

  [[nodiscard]] Result<PullFolder> open(const std::string& run = "run") const {
    return PullFolder::open(system_files(), folder / "here", run);
  }
  [[nodiscard]] bool there(const std::string& name) const {
    return std::filesystem::exists(folder / "here/run" / name);
  }
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder / "here/run" / name).parent_path());
    std::ofstream(folder / "here/run" / name) << text;
  }
  // A segment was pulled and merged.
  Result<void> merge(PullFolder & at) {
    write("cam/a.h5", "abc");
    write("merged.h5", "merged");
    CHECK(at.write_manifest(system_files(), "{}").has_value());
    return at.replace_by(system_files(), {{{"camera", "cam"}, {"file", "merged.h5"}, {"bytes", 6}}}, {segment}, "{}");
  }
};

TEST(PullFolder, files_lie_in_the_folder_of_the_run) {
  const auto at = open();
  CHECK_TEXT(at.has_value(), at ? "" : at.error().message.c_str());
  CHECK(*at->place_of(system_files(), "cam/a.h5") == folder / "here/run/cam/a.h5");
  CHECK(there("cam"));
  CHECK(!at->place_of(system_files(), "../a.h5").has_value());
}

TEST(PullFolder, one_pull_at_a_time_holds_it) {
  {
    const auto first = open();
    STRCMP_CONTAINS("another `tarsier pull`", open().error().message.c_str());
    CHECK(open("other").has_value());
  }
  CHECK(open().has_value());
}

TEST(PullFolder, symbolic_links_are_not_followed) {
  std::filesystem::create_directories(folder / "outside");
  std::filesystem::create_directories(folder / "here");
  std::filesystem::create_directory_symlink(folder / "outside", folder / "here/run");
  CHECK(!open().has_value());
  const auto other = open("other");
  std::filesystem::create_directory_symlink(folder / "outside", folder / "here/other/cam");
  CHECK(!other->place_of(system_files(), "cam/a.h5").has_value());
  std::filesystem::create_symlink(folder / "outside/x", folder / "here/other/run.json.new");
  CHECK(other->write_manifest(system_files(), "{}").has_value());
  CHECK(std::filesystem::is_empty(folder / "outside"));
}

TEST(PullFolder, what_is_missing_counts_once) {
  const auto at = open();
  LONGS_EQUAL(3, at->missing_bytes(segment));
  write("cam/a.h5.partial", "a");
  LONGS_EQUAL(2, at->missing_bytes(segment));
  write("cam/a.h5", "abc");
  LONGS_EQUAL(0, at->missing_bytes(segment));
}

TEST(PullFolder, merged_segments_go_and_are_not_missed) {
  {
    auto at = open();
    CHECK(!at->covers(segment));
    CHECK(merge(*at).has_value());
    CHECK(!there("cam") && !there("run.json") && there("merged.h5") && there("pulled.json"));
  }
  const auto again = open();
  CHECK(again->merged() && again->covers(segment));
  auto other = segment;
  other.sha256 = std::string(64, 'b');
  CHECK(!again->covers(other));
}

TEST(PullFolder, a_merged_file_that_is_gone_covers_nothing) {
  {
    auto at = open();
    CHECK(merge(*at).has_value());
  }
  std::filesystem::remove(folder / "here/run/merged.h5");
  CHECK(!open()->covers(segment));
}

TEST(PullFolder, what_somebody_added_to_a_merged_file_is_not_overwritten) {
  {
    auto at = open();
    CHECK(merge(*at).has_value());
    CHECK(at->merged_files() == std::vector{folder / "here/run/merged.h5"});
  }
  write("merged.h5", "merged and analysed");
  STRCMP_CONTAINS("has changed since it was pulled", open().error().message.c_str());
  CHECK(there("merged.h5"));
}

TEST(PullFolder, a_note_of_another_program_is_none) {
  for (const char* text : {"", "[]", R"({"files": 1, "segments": []})", R"({"files": [{"file": 1}], "segments": []})",
                           R"({"files": [], "segments": [{"file": "cam/a.h5", "sha256": 1}]})"}) {
    write("pulled.json", text);
    CHECK_TEXT(!open()->merged(), text);
  }
}

TEST(PullFolder, what_an_interrupted_end_left_goes_the_next_time) {
  {
    auto at = open();
    CHECK(merge(*at).has_value());
  }
  write("cam/a.h5", "abc");
  write("run.json", "{}");
  CHECK(open()->covers(segment));
  CHECK(!there("cam") && !there("run.json"));
}
