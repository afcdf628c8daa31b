#include "config/foreign_path.hpp"

#include <fstream>

#include "CppUTest/TestHarness.h"
#include "rigs.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;
namespace fs = std::filesystem;

TEST_GROUP(ForeignPath) {
  TemporaryFolder folder;

  void setup() override {
    fs::create_directories(folder / "rigs/masks");
    std::ofstream(folder / "rigs/masks/m.png") << "m";
    std::ofstream(folder / "outside.png") << "o";
    fs::create_symlink(folder / "outside.png", folder / "rigs/link.png");
    fs::create_directory_symlink(folder / ".", folder / "rigs/up");
    fs::create_symlink(folder / "nowhere.png", folder / "rigs/dangling.png");
  }
  bool below(const fs::path& path) const { return is_below(path, folder / "rigs", folder / "rigs"); }

  ParseOptions options() const {
    return {.base_directory = folder / "rigs", .own_pipelines = false, .file_root = folder / "rigs"};
  }
  std::vector<std::string> problems_with_source(const char* source) const {
    Json rig = least_rig();
    rig["cameras"][0]["source"] = json_of(source);
    return problems_of(rig, options());
  }
};

TEST(ForeignPath, a_relative_path_in_the_folder_is_let_in) {
  for (const char* path : {"masks/m.png", "masks/later.png", "./masks/m.png"}) CHECK_TEXT(below(path), path);
}

TEST(ForeignPath, nothing_leads_out_of_the_folder) {
  for (const char* path : {"/etc/passwd", "../outside.png", "masks/../../outside.png", "link.png", "up/outside.png",
                           "dangling.png", "masks/..", ".", ""}) {
    CHECK_FALSE_TEXT(below(path), path);
  }
  CHECK_FALSE(below(folder / "rigs/masks/m.png"));
}

TEST(ForeignPath, a_device_lies_below_dev) {
  CHECK(is_device("/dev/null"));
  CHECK(is_device("/dev/video77"));
  for (const char* path :
       {"/dev/../etc/passwd", "/dev", "/dev/", "dev/null", "/etc/passwd", "/dev/fd", "x ! filesink location=/tmp/y"}) {
    CHECK_FALSE_TEXT(is_device(path), path);
  }
}

TEST(ForeignPath, every_path_of_a_rig_from_the_network_is_looked_at) {
  Json rig = rig_with_camera(R"({"regions": [{"name": "m", "mask": "../outside.png"}],
    "correct": {"subtract": {"kind": "dark_file", "path": "/etc/passwd"},
                "divide": {"kind": "flat_file", "path": "link.png"}}})");
  rig["cameras"][0]["source"] = json_of(R"({"pipeline": "rtsp", "location": "rtsp://c/1", "password_file": "/etc/p"})");
  rig["control"] = json_of(R"({"token_file": "/etc/t", "certificate_file": "../c", "private_key_file": "up/k"})");
  CHECK(problems_of(rig, {.base_directory = folder / "rigs"}).empty());
  const auto lines = problems_of(rig, options());
  LONGS_EQUAL(7, lines.size());
  for (const std::string& line : lines) STRCMP_CONTAINS("over the network only a relative path", line.c_str());
}

TEST(ForeignPath, what_the_present_rig_names_may_be_named_again) {
  const Json present = rig_with_camera(R"({"regions": [{"name": "m", "mask": "/etc/mask.png"}],
    "keep": {"frames": "none"}})");
  auto known = options();
  known.present = &present;
  CHECK(problems_of(present, known).empty());
  CHECK_FALSE(problems_of(present, options()).empty());
  // A label that looks like a path is no permission.
  const Json labelled = rig_with_camera(R"({"regions": [{"name": "m", "mask": "masks/m.png",
    "labels": {"x": "/etc/mask.png"}}]})");
  known.present = &labelled;
  CHECK_FALSE(problems_of(present, known).empty());
}

TEST(ForeignPath, a_parameter_adds_no_elements_and_names_no_file_elsewhere) {
  for (const char* source :
       {R"({"pipeline": "v4l2", "device": "x ! filesink location=/tmp/y"})",
        R"({"pipeline": "v4l2", "device": "/dev/../etc/passwd"})", R"({"pipeline": "file", "location": "/etc/passwd"})",
        R"({"pipeline": "images", "location": "../%05d.png"})"}) {
    const auto lines = problems_with_source(source);
    LONGS_EQUAL(1, lines.size());
    STRCMP_CONTAINS("over the network only", lines[0].c_str());
  }
  CHECK(problems_with_source(R"({"pipeline": "v4l2", "device": "/dev/null"})").empty());
  CHECK(problems_with_source(R"({"pipeline": "file", "location": "masks/m.mp4"})").empty());
}

TEST(ForeignPath, a_password_in_an_address_is_refused_without_being_told) {
  const auto lines = problems_with_source(R"({"pipeline": "rtsp", "location": "rtsp://me:hunter2@c/1"})");
  LONGS_EQUAL(1, lines.size());
  STRCMP_CONTAINS("/cameras/0/source/location: holds a user or password", lines[0].c_str());
  CHECK(lines[0].find("hunter2") == std::string::npos);
  CHECK(problems_with_source(R"({"pipeline": "rtsp", "location": "rtsp://c/stream@1"})").empty());
}
