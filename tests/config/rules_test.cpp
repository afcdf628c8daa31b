#include "config/rules.hpp"

#include "CppUTest/TestHarness.h"
#include "rigs.hpp"

using namespace tarsier;

namespace {

constexpr auto plate = R"({"regions": [{"plate": {"rows": 2, "columns": 3, "first_x_px": 10, "first_y_px": 10,
  "last_x_px": 50, "last_y_px": 40, "radius_px": 5}, "well_labels": {"C1": {"dose": "1"}}}]})";

}  // namespace

TEST_GROUP(Rules){};

TEST(Rules, an_interval_shorter_than_a_frame_is_refused) {
  check_camera_problems(R"({"source": {"fps": 10}, "sampling": {"interval_s": 0.05}})",
                        {"/cameras/0/sampling/interval_s: 0.05 s is shorter than a frame at 10 frames/s (0.1 s); leave "
                         "it out to take every frame"});
  check_camera_problems(R"({"source": {"fps": 30}, "sampling": {"interval_s": 0.033}})", {});
}

TEST(Rules, an_average_that_takes_longer_than_the_interval_is_refused) {
  check_camera_problems(R"({"source": {"fps": 10}, "sampling": {"interval_s": 0.5, "average": 6}})",
                        {"/cameras/0/sampling/average: 6 frames at 10 frames/s take 0.6 s, longer than interval_s 0.5; "
                         "at most 5 are allowed"});
  check_camera_problems(R"({"source": {"fps": 10}, "sampling": {"interval_s": 0.5, "average": 5}})", {});
}

TEST(Rules, repeat_last_is_for_samples) {
  check_camera_problems(
      R"({"sampling": {"on_missing": "repeat_last"}})",
      {"/cameras/0/sampling/on_missing: repeat_last needs an interval_s; without one no sample can be "
       "missing and only mark is allowed"});
}

TEST(Rules, an_interval_that_is_wrong_is_one_problem) {
  check_camera_problems(R"({"sampling": {"interval_s": 0, "on_missing": "repeat_last"}})",
                        {"/cameras/0/sampling/interval_s: 0 is not allowed; expected a number from 0.001 to 86400 s"});
}

TEST(Rules, a_threshold_that_no_pixel_can_pass_is_refused) {
  check_camera_problems(R"({"reduce": {"changed_threshold": 255}})",
                        {"/cameras/0/reduce/changed_threshold: no gray8 pixel can change by more than 255 levels; 0 to "
                         "254 are allowed"});
  check_camera_problems(R"({"convert": {"pixel": "gray16"}, "reduce": {"changed_threshold": 255}})", {});
}

TEST(Rules, a_background_refuses_keys_of_another_kind_and_a_dark_file_needs_a_path) {
  check_camera_problems(R"({"correct": {"subtract": {"kind": "sliding_mean", "frames": 3}}})",
                        {"/cameras/0/correct/subtract/frames: sliding_mean does not use it; its keys are window, lag"});
  check_camera_problems(R"({"correct": {"subtract": {"kind": "dark_file"}}})",
                        {"/cameras/0/correct/subtract/path: dark_file needs a file"});
}

TEST(Rules, an_image_that_is_asked_for_twice_is_refused) {
  check_camera_problems(R"({"reduce": {"projection": {"kinds": ["max", "mean", "max"]}}})",
                        {"/cameras/0/reduce/projection/kinds/2: \"max\" is there already; each image is made once"});
}

TEST(Rules, regions_of_one_name_are_refused) {
  check_camera_problems(
      R"({"regions": [{"name": "a", "mask": "1.png"}, {"name": "a", "mask": "2.png"}]})",
      {"/cameras/0/regions/1/name: the name \"a\" is taken by /cameras/0/regions/0/name; every region "
       "of a camera needs its own"});
}

TEST(Rules, a_region_named_like_a_well_is_refused) {
  Json rig = rig_with_camera(plate);
  rig["cameras"][0]["regions"][0].erase("well_labels");
  rig["cameras"][0]["regions"].push_back({{"name", "B3"}, {"mask", "m.png"}});
  rig["cameras"][0]["regions"].push_back(rig["cameras"][0]["regions"][0]);
  check_lines({"/cameras/0/regions/1/name: the name \"B3\" is taken by /cameras/0/regions/0/plate; every region of a "
               "camera needs its own",
               "/cameras/0/regions/2/plate: the name \"A1\" is taken by /cameras/0/regions/0/plate; every region of a "
               "camera needs its own"},
              problems_of(rig));
}

TEST(Rules, labels_of_a_well_that_is_not_there_are_refused) {
  check_camera_problems(plate, {"/cameras/0/regions/0/well_labels/C1: no such well; the plate has A1 to B3"});
}

TEST(Rules, wells_on_one_another_are_refused) {
  check_camera_problems(
      R"({"regions": [{"plate": {"rows": 1, "columns": 3, "first_x_px": 10, "first_y_px": 10,
    "last_x_px": 10, "last_y_px": 40, "radius_px": 5}}]})",
      {"/cameras/0/regions/0/plate/last_x_px: 10 is where the first of 3 columns is; expected where "
       "the last one is",
       "/cameras/0/regions/0/plate/last_y_px: 40 with one of rows; expected 10, where the first well is"});
}

TEST(Rules, more_regions_than_a_camera_may_have_are_refused_with_all_wells_counted) {
  Json rig = least_rig();
  for (int i = 0; i < 4096; ++i)
    rig["cameras"][0]["regions"].push_back({{"name", "r" + std::to_string(i)}, {"mask", "m.png"}});
  CHECK(problems_of(rig).empty());
  rig["cameras"][0]["regions"][0] = rig_with_camera(plate)["cameras"][0]["regions"][0];
  rig["cameras"][0]["regions"][0].erase("well_labels");
  check_lines({"/cameras/0/regions: 4101 regions with all wells; at most 4096 are allowed"}, problems_of(rig));
}

TEST(Rules, deleting_needs_a_reserve_to_come_near_to) {
  check_problems(R"({"store": {"retention": "delete_oldest", "reserve_mib": 0}})",
                 {"/store/retention: delete_oldest needs a reserve_mib above 0: it acts when the disk comes near the "
                  "reserve"});
  check_problems(R"({"store": {"retention": "delete_pulled_oldest"}})", {});
  check_problems(R"({"store": {"reserve_mib": 0}})", {});
}

TEST(Rules, a_required_disk_is_named_by_its_uuid) {
  check_problems(R"({"store": {"require_mount": "0b2c7a4e-93a7-4ab5-8bd1-3f1f6a1c9f55"}})", {});
  check_problems(
      R"({"store": {"require_mount": "/dev/sda1"}})",
      {"/store/require_mount: \"/dev/sda1\" is not allowed; expected a string: a UUID as lsblk -f shows it"});
}

TEST(Rules, an_address_that_other_machines_reach_needs_tokens) {
  for (const char* listen : {"0.0.0.0:8470", "[::]:8470", "192.168.0.4:8470"}) {
    const Json open = {{"control", {{"listen", listen}}}};
    const auto lines = problems_of(merge_patch(least_rig(), open));
    CHECK_EQUAL(1, lines.size());
    STRCMP_CONTAINS("/control/token_file: missing; other machines reach", lines[0].c_str());
    STRCMP_CONTAINS("`tarsier token new FILE`", lines[0].c_str());
    const Json guarded = {{"control", {{"listen", listen}, {"token_file", "tokens"}}}};
    CHECK(problems_of(merge_patch(least_rig(), guarded)).empty());
  }
  for (const char* listen : {"127.0.0.1:1", "127.0.0.9:1", "localhost:1", "[::1]:1", ""}) {
    CHECK(problems_of(merge_patch(least_rig(), Json{{"control", {{"listen", listen}}}})).empty());
  }
}

TEST(Rules, a_certificate_and_its_key_come_together) {
  check_problems(R"({"control": {"certificate_file": "c.pem"}})",
                 {"/control/private_key_file: belongs to certificate_file; tarsier cert new makes both"});
  check_problems(R"({"control": {"private_key_file": "k.pem"}})",
                 {"/control/certificate_file: belongs to private_key_file; tarsier cert new makes both"});
  check_problems(R"({"control": {"certificate_file": "c.pem", "private_key_file": "k.pem"}})", {});
}
