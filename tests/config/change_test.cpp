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

TEST(Change, a_control_of_a_playing_source_is_live_and_taking_it_away_waits_for_the_next_run) {
  after["cameras"][0]["source"]["pattern"] = "snow";
  CHECK(found().at(0).change == FieldClass::live);
  before["cameras"][0]["source"] = json_of(R"({"pipeline": "v4l2", "gain": 3})");
  after["cameras"][0]["source"] = json_of(R"({"pipeline": "v4l2"})");
  CHECK(found().at(0).change == FieldClass::arm);
  STRCMP_EQUAL("/cameras/0/source/gain", found().at(0).pointer.c_str());
}

TEST(Change, another_size_of_the_source_waits_for_the_next_run) {
  after["cameras"][0]["source"]["width_px"] = 32;
  CHECK(found().at(0).change == FieldClass::arm);
}

TEST(Change, a_list_that_gets_a_file_is_local_and_one_that_loses_it_is_not) {
  after["cameras"][0]["regions"].push_back(json_of(R"({"name": "m", "mask": "m.png"})"));
  CHECK(found().at(0).change == FieldClass::local);
  std::swap(before, after);
  CHECK(found().at(0).change == FieldClass::segment);
}

TEST(Change, a_correction_that_gets_a_file_is_local) {
  after["cameras"][0]["correct"]["divide"] = json_of(R"({"kind": "flat_file", "path": "flat.h5"})");
  STRCMP_EQUAL("/cameras/0/correct/divide", found().at(0).pointer.c_str());
  CHECK(found().at(0).change == FieldClass::local);
}

TEST(Change, another_pipeline_with_a_password_file_is_local) {
  after["cameras"][0]["source"] = json_of(R"({"pipeline": "rtsp", "location": "rtsp://c/1", "password_file": "p"})");
  CHECK(found().at(0).change == FieldClass::local);
}

TEST(Change, whom_a_password_is_told_is_local) {
  before["cameras"][0]["source"] = json_of(R"({"pipeline": "rtsp", "location": "rtsp://c/1", "password_file": "p"})");
  after = before;
  after["cameras"][0]["source"]["location"] = "rtsp://elsewhere/1";
  STRCMP_EQUAL("/cameras/0/source/location", found().at(0).pointer.c_str());
  CHECK(found().at(0).change == FieldClass::local);
  after["cameras"][0]["source"].erase("password_file");
  CHECK(strongest(found()) == FieldClass::local);
  after = before;
  after["cameras"][0]["source"]["latency_ms"] = 300;
  CHECK(strongest(found()) == FieldClass::arm);
  after = before;
  after["cameras"].push_back(before["cameras"][0]);
  after["cameras"][2]["name"] = "c";
  CHECK(strongest(found()) == FieldClass::arm);
  after["cameras"][2]["source"]["location"] = "rtsp://elsewhere/1";
  CHECK(strongest(found()) == FieldClass::local);
}

TEST(Change, the_strongest_of_several_classes_is_the_one_that_acts_last) {
  CHECK(strongest(found()) == FieldClass::live);
  after["store"]["segment_s"] = 60;
  CHECK(strongest(found()) == FieldClass::live);
  after["cameras"][1]["sampling"]["interval_s"] = 5;
  CHECK(strongest(found()) == FieldClass::segment);
  after["memory"]["budget_mib"] = 300;
  CHECK(strongest(found()) == FieldClass::arm);
  after["store"]["directory"] = "elsewhere";
  CHECK(strongest(found()) == FieldClass::local);
}
