#include "CppUTest/TestHarness.h"
#include "config/fields.hpp"
#include "rigs.hpp"

using namespace tarsier;

namespace {

Rig rig_with_everything() {
  Json document = rig_with_camera(R"({"source": {"pipeline": "v4l2", "gain": 3, "fps": 12.5},
    "sampling": {"interval_s": 5, "average": 3, "on_missing": "mark"},
    "convert": {"pixel": "gray16", "crop": [1, 2, 300, 400], "bin": 2, "rotate_deg": 90, "bayer": "superpixel", "flip": "vertical"},
    "correct": {"subtract": {"kind": "range", "first": 5, "frames": 7, "amount": 0.5},
      "divide": {"kind": "flat_file", "path": "/flat.h5", "amount": 0.25}, "offset": -3},
    "reduce": {"activity": false, "changed_threshold": 400, "statistics": false,
      "projection": {"interval_s": 60, "kinds": ["std", "median"]}}, "keep": {"frames": "none"}, "slots": 7, "threads": 2,
    "regions": [{"name": "r", "rectangle": {"x_px": 1, "y_px": 2, "width_px": 3, "height_px": 4}, "labels": {"b": "1", "a": "ä"}},
      {"name": "p", "polygon": [[0, 0.1], [10, 0], [5.25, 8]]}, {"name": "m", "mask": "/m.png"},
      {"plate": {"rows": 2, "columns": 2, "first_x_px": 9, "first_y_px": 9, "last_x_px": 30, "last_y_px": 31, "radius_px": 5}}]})");
  document.update(json_of(R"({"device": "d", "run": {"duration_s": 0.1}, "memory": {"budget_mib": 99}, "store": {
    "directory": "x", "segment_s": 1.5, "segment_mib": 3, "codec": "bitshuffle-lz4", "deflate_level": 2, "codec_threads": 3,
    "sync_interval_ms": 100,    "backlog_s": 0.3, "reserve_mib": 1,
    "require_mount": "0b2c7a4e-93a7-4ab5-8bd1-3f1f6a1c9f55", "retention": "delete_oldest"}, "control": {"listen": "[::1]:0"}})"));
  const auto rig = parse_rig(document);
  CHECK_TEXT(rig.has_value(), rig ? "" : to_error("rig", rig.error()).message.c_str());
  return *rig;
}

}  // namespace

TEST_GROUP(RigToJson){};

TEST(RigToJson, a_rig_comes_back_as_it_went) {
  const Rig rig = rig_with_everything();
  const auto again = parse_rig(json_of(to_json(rig).dump()));
  CHECK_TEXT(again.has_value(), again ? "" : to_error("rig", again.error()).message.c_str());
  CHECK(*again == rig);
  const auto least = parse_rig(least_rig());
  CHECK(*parse_rig(to_json(*least)) == *least);
}

TEST(RigToJson, every_codec_comes_back_as_it_went) {
  for (const char* codec : {"none", "deflate", "bitshuffle-lz4"}) {
    Json document = least_rig();
    document["store"]["codec"] = codec;
    const auto rig = parse_rig(document);
    STRCMP_EQUAL(codec, std::string(to_text(rig->store.codec)).c_str());
    CHECK(to_json(*rig)["store"]["codec"] == codec);
  }
}

TEST(RigToJson, every_kind_of_background_comes_back_as_it_went) {
  for (const char* subtract :
       {R"({"kind": "dark_file", "path": "/dark.h5"})", R"({"kind": "mean_of_first", "frames": 3})",
        R"({"kind": "sliding_mean", "window": 9, "lag": 2, "amount": 0.75})"}) {
    Json document = least_rig();
    document["cameras"][0]["correct"]["subtract"] = json_of(subtract);
    const auto rig = parse_rig(document);
    CHECK_TEXT(rig.has_value(), subtract);
    const auto again = parse_rig(to_json(*rig));
    CHECK_TEXT(again.has_value(), subtract);
    CHECK_TEXT(*again == *rig, subtract);
  }
}

TEST(RigToJson, every_default_is_written_out) {
  const Json document = to_json(*parse_rig(least_rig()));
  for (const Field& field : rig_fields()) {
    if (!field.fallback || field.pattern.empty()) continue;
    std::string pointer = field.pattern;
    if (const auto star = pointer.find('*'); star != std::string::npos) pointer.replace(star, 1, "0");
    // Defaults of a part that is not there, such as a flat field, have no place.
    if (!document.contains(Json::json_pointer(pointer).parent_pointer())) continue;
    CHECK_TEXT(document.contains(Json::json_pointer(pointer)), pointer.c_str());
  }
}

TEST(RigToJson, a_source_that_is_not_known_is_left_out) {
  const auto rig = parse_rig(least_rig(), {.source_optional = true});
  CHECK_FALSE(to_json(*rig)["cameras"][0].contains("source"));
  CHECK(*parse_rig(to_json(*rig), {.source_optional = true}) == *rig);
}
