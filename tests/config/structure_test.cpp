#include "config/structure.hpp"

#include "CppUTest/TestHarness.h"
#include "rigs.hpp"

using namespace tarsier;

TEST_GROUP(Structure){};

TEST(Structure, defaults_are_filled_in_at_every_level) {
  const auto [normal, problems] = check_structure(rig_fields(), least_rig(), {});
  CHECK(problems.empty());
  CHECK(normal["cameras"][0]["sampling"]["average"] == 1);
  CHECK(normal["store"]["codec"] == "deflate");
  CHECK(normal["cameras"][0]["source"]["width_px"] == 640);
}

TEST(Structure, keys_with_slashes_and_tildes_are_escaped_in_pointers) {
  check_problems(R"({"a/b~c": 1})",
                 {"/a~1b~0c: unknown key; known here: experiment, device, run, memory, control, cameras, store"});
}

TEST(Structure, a_wrong_element_leaves_the_others_where_they_are) {
  Json rig = least_rig();
  rig["cameras"].insert(rig["cameras"].begin(), Json("camera"));
  rig["cameras"].push_back(rig["cameras"][1]);
  check_lines({"/cameras/0: \"camera\" is not allowed; expected an object",
               "/cameras/2/name: \"a\" is the name of camera 1 too; every camera needs its own"},
              problems_of(rig));
}

TEST(Structure, null_is_no_value) {
  Json rig = least_rig();
  rig["run"]["duration_s"] = nullptr;
  check_lines({"/run/duration_s: null is not allowed; expected a number above 0, up to 315360000 s"}, problems_of(rig));
}

TEST(Structure, a_word_that_is_no_choice_gets_the_choices) {
  check_problems(R"({"store": {"codec": "gzip"}})",
                 {"/store/codec: \"gzip\" is not allowed; expected one of none, deflate, bitshuffle-lz4"});
}

TEST(Structure, a_crop_has_four_numbers) {
  check_camera_problems(R"({"convert": {"crop": [0, 0, 10]}})",
                        {"/cameras/0/convert/crop: [0,0,10] is not allowed; expected a list [x, y, width, height]"});
  check_camera_problems(R"({"convert": {"crop": [0, -1, 10, 0]}})",
                        {"/cameras/0/convert/crop/1: -1 is not allowed; expected an integer from 0 to 65535 px",
                         "/cameras/0/convert/crop/3: 0 is not allowed; expected an integer from 1 to 65535 px"});
}

TEST(Structure, a_region_has_exactly_one_shape) {
  check_camera_problems(
      R"({"regions": [{"name": "a"}, {"name": "b", "mask": "m.png", "polygon": [[0,0],[1,0],[1,1]]}]})",
      {"/cameras/0/regions/0: missing; expected exactly one of circle, rectangle, polygon, mask, plate",
       "/cameras/0/regions/1: polygon, mask together; expected exactly one of circle, rectangle, "
       "polygon, mask, plate"});
}

TEST(Structure, a_mistyped_shape_is_one_problem) {
  check_camera_problems(R"({"regions": [{"name": "a", "cirle": {}}]})",
                        {"/cameras/0/regions/0/cirle: unknown key; did you mean circle?"});
}

TEST(Structure, a_plate_names_its_wells_itself_and_others_have_no_wells) {
  check_camera_problems(R"({"regions": [
      {"name": "p", "plate": {"rows": 1, "columns": 2, "first_x_px": 1, "first_y_px": 1, "last_x_px": 9, "last_y_px": 1, "radius_px": 1}},
      {"mask": "m.png"}, {"name": "m", "mask": "m.png", "well_labels": {}}]})",
                        {"/cameras/0/regions/0/name: not allowed with a plate; remove it",
                         "/cameras/0/regions/1/name: missing; a mask needs a name",
                         "/cameras/0/regions/2/well_labels: not allowed with a mask; remove it"});
}

TEST(Structure, labels_are_texts) {
  check_camera_problems(R"({"regions": [{"name": "a", "mask": "m.png", "labels": {"dose": 3}}]})",
                        {"/cameras/0/regions/0/labels/dose: 3 is not allowed; expected a string of at most 256 "
                         "characters, none of them control characters"});
}

TEST(Structure, a_pipeline_that_is_not_there_is_refused_with_those_that_are) {
  const auto lines = problems_of(rig_with_camera(R"({"source": {"pipeline": "v4l"}})"));
  CHECK_EQUAL(1, lines.size());
  STRCMP_CONTAINS("/cameras/0/source/pipeline: no pipeline v4l is installed; did you mean v4l2?", lines[0].c_str());
}

TEST(Structure, the_keys_of_a_source_are_those_of_its_pipeline) {
  check_camera_problems(R"({"source": {"pipeline": "test", "widht_px": 3, "pattern": "! filesink location=x"}})",
                        {"/cameras/0/source/widht_px: unknown key; did you mean width_px?", [] {
                           return "/cameras/0/source/pattern: \"! filesink location=x\" is not allowed; expected one "
                                  "of smpte, snow, black, white, red, green, blue, checkers-1, checkers-2, checkers-4, "
                                  "checkers-8, circular, blink, smpte75, zone-plate, gamut, chroma-zone-plate, "
                                  "solid-color, ball, smpte100, bar, pinwheel, spokes, gradient, colors";
                         }()});
}

TEST(Structure, a_missing_parameter_is_named) {
  check_lines(
      {"/cameras/0/source/location: missing; expected a string: the path of a file (The video file.)"},
      problems_of(json_of(R"({"experiment": "e", "cameras": [{"name": "a", "source": {"pipeline": "file"}}]})")));
}

TEST(Structure, a_pipeline_of_ones_own_is_for_the_device_itself) {
  const Json rig = rig_with_camera(R"({"source": {"pipeline": "./mine.json"}})");
  STRCMP_CONTAINS("No such file", problems_of(rig, {.base_directory = "/nowhere"}).at(0).c_str());
  STRCMP_CONTAINS("only the device itself may name", problems_of(rig, {.own_pipelines = false}).at(0).c_str());
}

TEST(Structure, a_flood_of_mistakes_is_cut) {
  Json rig = least_rig();
  for (int i = 0; i < 3000; ++i) rig["cameras"][0]["x" + std::to_string(i)] = 1;
  CHECK_EQUAL(most_problems, problems_of(rig).size());
}
