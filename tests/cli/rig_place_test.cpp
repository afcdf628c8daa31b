#include "cli/rig_place.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

const Json rig = Json::parse(R"({"device": "pi", "cameras": [{"name": "a", "source": {"fps": 10, "exposure_us": 8000}},
                                 {"name": "plate", "source": {"fps": 5}}], "odd/key": {"x~": 1}})");

std::string pointer_of(const char* place) {
  const auto pointer = rig_pointer(rig, place);
  return pointer ? *pointer : "error: " + pointer.error().message;
}

Json patched(const char* pointer, const Json& value) {
  const auto patch = patch_of(rig, pointer, value);
  CHECK(patch.has_value());
  return rig.patch(*patch);
}

}  // namespace

TEST_GROUP(RigPlace){};

TEST(RigPlace, a_place_is_a_pointer_or_has_dots_and_names) {
  for (const auto* place : {"/cameras/1/source/fps", "cameras.1.source.fps", "cameras.plate.source.fps"})
    STRCMP_EQUAL("/cameras/1/source/fps", pointer_of(place).c_str());
  STRCMP_EQUAL("/odd~1key/x~0", pointer_of("/odd~1key/x~0").c_str());
  STRCMP_EQUAL("", pointer_of("").c_str());
  STRCMP_EQUAL("/store/segment_s", pointer_of("store.segment_s").c_str());
}

TEST(RigPlace, an_element_that_is_not_there_is_refused) {
  STRCMP_EQUAL("error: cameras.2.slots: /cameras has 2 elements, the first is number 0, and none is called 2",
               pointer_of("cameras.2.slots").c_str());
  STRCMP_CONTAINS("write it as", pointer_of("cameras..slots").c_str());
}

TEST(RigPlace, a_value_is_replaced_added_or_taken_away) {
  CHECK(patched("/cameras/0/source/fps", 20)["cameras"][0]["source"]["fps"] == 20);
  CHECK(patched("/store/segment_s", 60)["store"]["segment_s"] == 60);
  CHECK(patched("/cameras/1/correct/subtract/kind", "none")["cameras"][1]["correct"]["subtract"]["kind"] == "none");
  CHECK(!patched("/cameras/0/source/fps", nullptr)["cameras"][0]["source"].contains("fps"));
  CHECK_EQUAL(std::size_t{3}, patched("/cameras/-", Json::object())["cameras"].size());
  CHECK(!patch_of(rig, "/cameras/0/gain", nullptr));
  CHECK(!patch_of(rig, "", 3));
}

TEST(RigPlace, what_is_not_written_has_its_default) {
  CHECK(value_in(rig, "/cameras/0/source/fps")->value == 10);
  const auto fallback = value_in(rig, "/store/segment_s");
  CHECK(fallback && fallback->fallback && fallback->value == 7200);
  CHECK(value_in(rig, "")->value == rig);
}

TEST(RigPlace, a_place_that_is_none_is_told_with_the_one_that_was_meant) {
  STRCMP_EQUAL("/cameras/0/exposure_us: the rig has no such key; did you mean /cameras/0/source/exposure_us?",
               value_in(rig, "/cameras/0/exposure_us").error().message.c_str());
  STRCMP_EQUAL("/store/segment_a: the rig has no such key; did you mean /store/segment_s?",
               value_in(rig, "/store/segment_a").error().message.c_str());
  STRCMP_EQUAL("/bananas: the rig has no such key", value_in(rig, "/bananas").error().message.c_str());
}

TEST(RigPlace, what_is_no_json_is_a_text) {
  CHECK(value_of("5000") == 5000);
  CHECK(value_of("[1, 2]") == Json({1, 2}));
  CHECK(value_of("none") == "none");
  CHECK(value_of("null").is_null());
}
