#include "config/change.hpp"

#include "CppUTest/TestHarness.h"
#include "config/parse.hpp"
#include "rigs.hpp"

using namespace tarsier;

namespace {

Json complete(const Json& document) {
  const auto rig = parse_rig(document);
  if (!rig) FAIL(rig.error().front().message.c_str());
  return to_json(*rig);
}

Json rig_document() {
  return json_of(R"({"experiment": "e", "cameras": [
    {"name": "a", "source": {"pipeline": "test", "width_px": 64, "height_px": 48, "fps": 10},
     "regions": [{"name": "r", "circle": {"x_px": 9, "y_px": 9, "radius_px": 3}}]},
    {"name": "b", "source": {"pipeline": "test", "width_px": 64, "height_px": 48, "fps": 10}}]})");
}

}  // namespace

TEST_GROUP(Change) {
  Json before = rig_document();
  Json after = rig_document();
  std::vector<FieldChange> found() const { return differences(complete(before), complete(after)); }
};

TEST(Change, rigs_that_mean_the_same_do_not_differ) {
  after["memory"]["budget_mib"] = 256;  // the default
  CHECK(found().empty());
}

TEST(Change, the_deepest_field_is_named_with_both_values_and_its_class) {
  after["cameras"][1]["sampling"]["interval_s"] = 5;
  after["store"]["segment_s"] = 60;
  const auto changes = found();
  bool interval = false, segment = false;
  for (const FieldChange& change : changes) {
    if (change.pointer == "/cameras/1/sampling/interval_s") {
      interval = change.from.is_null() && change.to == 5 && change.change == FieldClass::segment;
    }
    if (change.pointer == "/store/segment_s") {
      segment = change.from == 7200 && change.to == 60 && change.change == FieldClass::live;
    }
  }
  CHECK(interval);
  CHECK(segment);
}

TEST(Change, a_region_more_is_one_change_of_the_list) {
  after["cameras"][0]["regions"].push_back(
      json_of(R"({"name": "s", "circle": {"x_px": 20, "y_px": 9, "radius_px": 3}})"));
  const auto changes = found();
  CHECK_EQUAL(1, changes.size());
  STRCMP_EQUAL("/cameras/0/regions", changes[0].pointer.c_str());
  CHECK(changes[0].change == FieldClass::segment);
}

TEST(Change, another_pipeline_is_one_change_that_waits_for_the_next_run) {
  after["cameras"][0]["source"] = json_of(R"({"pipeline": "file", "location": "a.mp4"})");
  const auto changes = found();
  CHECK_EQUAL(1, changes.size());
  STRCMP_EQUAL("/cameras/0/source", changes[0].pointer.c_str());
  CHECK(changes[0].change == FieldClass::arm);
}

TEST(Change, a_folder_is_local) {
  after["store"]["directory"] = "elsewhere";
  CHECK(found().at(0).change == FieldClass::local);
}
