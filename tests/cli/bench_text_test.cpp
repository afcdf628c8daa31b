#include "cli/bench_text.hpp"

#include <CppUTest/TestHarness.h>

#include "cli/made_up_machine.hpp"

using namespace tarsier;

TEST_GROUP(BenchText) {
  const MachineSpeed speed = made_up_machine();
  const CameraKind camera{{1224, 1024}, 10};

  void tells(const char* line) { STRCMP_CONTAINS(line, bench_text(speed, camera).c_str()); }
  void is_refused(const std::string& text) {
    const auto kind = camera_kind(text);
    CHECK(!kind && kind.error().wrong_use);
    STRCMP_CONTAINS(("--camera: " + text + ": ").c_str(), kind.error().message.c_str());
  }
};

TEST(BenchText, every_figure_has_its_unit) {
  tells("machine     Made-up 2; 2 cores, avx2\n");
  tells("memory      20.0 GB/s read and written by all cores\n");
  tells("RGB24 to gray          0.500 ns/pixel, 965 frames/s of 1920x1080 on one core\n");
  tells("codec       deflate level 1     200 MB/s, files 50 % of the pixels\n");
  tells(
      "disk        /recordings: 100 MB/s; fdatasync 20 ms (median of 3), at worst 300 ms; longest stall 400 ms; "
      "2.0 GiB free\n");
}

TEST(BenchText, each_size_has_a_line_with_the_limit_of_each_rate) {
  tells("1224x1024   over 16 (disk)          11 (disk)               3 (disk)\n");
}

TEST(BenchText, keys_can_be_pasted) {
  tells("Keys of a rig for 1224x1024 at 10 frames/s, the first line for the camera:\n");
  tells("  \"slots\":16,\"threads\":1,\n  \"store\": {");
}

TEST(BenchText, a_kind_of_camera_is_a_size_and_a_rate) {
  const auto kind = camera_kind("640x480@2.5");
  CHECK(kind && kind->size == (ImageSize{640, 480}) && kind->frames_per_s == 2.5);
  STRCMP_EQUAL("640x480 at 2.5 frames/s", to_text(*kind).c_str());
}

TEST(BenchText, what_is_no_kind_of_camera_is_refused) {
  for (const char* text : {"", "640", "640x480", "640x480@", "640x480@0", "640x480@-1", "640x480@nan", "0x480@10",
                           "640x65536@10", "-1x480@10", "640y480@10", "640x480@10fps", "640x480@10001"})
    is_refused(text);
}

TEST(BenchText, json_holds_the_same_facts) {
  const Json json = bench_json(speed, camera);
  CHECK_EQUAL(2, json["cores"].get<int>());
  DOUBLES_EQUAL(0.5, json["kernels"]["gray"]["ns_per_pixel"].get<double>(), 1e-12);
  CHECK_EQUAL(std::size_t{3}, json["codecs"].size());
  DOUBLES_EQUAL(0.4, json["disk"]["stall_worst_s"].get<double>(), 0);
  CHECK_EQUAL(std::size_t{9}, json["cameras"].size());
  STRCMP_EQUAL("disk", json["cameras"][4]["limit"].get<std::string>().c_str());
  CHECK_EQUAL(16, json["advice"]["rig"]["cameras"][0]["slots"].get<int>());
}
