#include "CppUTest/TestHarness.h"
#include "config/field_value.hpp"
#include "config/rig_json.hpp"
#include "rigs.hpp"

using namespace tarsier;

TEST_GROUP(RigFromJson){};

TEST(RigFromJson, a_missing_sample_is_repeated_by_default_only_when_there_are_samples) {
  CHECK(camera_of("{}").sampling.on_missing == OnMissing::mark);
  CHECK(camera_of(R"({"sampling": {"interval_s": 5}})").sampling.on_missing == OnMissing::repeat_last);
  CHECK(camera_of(R"({"sampling": {"interval_s": 5, "on_missing": "mark"}})").sampling.on_missing == OnMissing::mark);
}

TEST(RigFromJson, the_device_is_by_default_the_host_and_a_good_name) {
  const auto rig = parse_rig(least_rig());
  STRCMP_EQUAL(host_name().c_str(), rig->device.c_str());
  CHECK(matches(host_name(), field_at(rig_fields(), "/device").expression));
}

TEST(RigFromJson, the_parameters_of_a_source_have_their_defaults_and_none_else) {
  const auto source = camera_of(R"({"source": {"pipeline": "test", "fps": 25.0}})").source;
  CHECK(source.parameters.at("fps") == 25.0);
  CHECK(source.parameters.at("width_px") == 640);
  CHECK_FALSE(source.parameters.contains("pipeline"));
  CHECK_FALSE(camera_of(R"({"source": {"pipeline": "v4l2"}})").source.parameters.contains("gain"));
}

TEST(RigFromJson, every_shape_is_read) {
  const auto regions = camera_of(R"({"regions": [
    {"name": "r", "rectangle": {"x_px": 1, "y_px": 2, "width_px": 3, "height_px": 4}},
    {"name": "p", "polygon": [[0, 0.5], [10, 0], [5.25, 8]]}, {"name": "m", "mask": "/m.png"}]})")
                           .regions;
  CHECK(std::get<RectangleConfig>(regions[0].shape) == (RectangleConfig{1, 2, 3, 4}));
  CHECK(std::get<PolygonConfig>(regions[1].shape).corners[2] == std::make_pair(5.25, 8.0));
  CHECK(std::get<MaskConfig>(regions[2].shape).file == "/m.png");
}

TEST(RigFromJson, a_plate_becomes_its_wells_with_their_labels) {
  const auto regions = camera_of(R"({"regions": [
    {"name": "dark", "circle": {"x_px": 0, "y_px": 0, "radius_px": 0}},
    {"plate": {"rows": 1, "columns": 2, "first_x_px": 10, "first_y_px": 10, "last_x_px": 30, "last_y_px": 10, "radius_px": 5},
     "labels": {"genotype": "wt", "dose": "0"}, "well_labels": {"A2": {"dose": "5", "batch": "b"}}}]})")
                           .regions;
  CHECK_EQUAL(3, regions.size());
  STRCMP_EQUAL("A2", regions[2].name.c_str());
  CHECK(std::get<CircleConfig>(regions[2].shape) == (CircleConfig{30, 10, 5}));
  using Labels = std::vector<std::pair<std::string, std::string>>;
  CHECK(regions[1].labels == (Labels{{"genotype", "wt"}, {"dose", "0"}}));
  CHECK(regions[2].labels == (Labels{{"genotype", "wt"}, {"dose", "5"}, {"batch", "b"}}));
  CHECK_EQUAL(0, regions[0].document_index);
  CHECK_EQUAL(1, regions[2].document_index);
}
