#include "config/parse.hpp"

#include <filesystem>

#include "CppUTest/TestHarness.h"
#include "rigs.hpp"

using namespace tarsier;

namespace {

// A rig with every key that exists, and in the end those that are planned and don't.
constexpr auto whole = R"({
  "experiment": "nematostella-ld12", "device": "pi-left", "run": { "duration_s": 1209600 },
  "cameras": [ {
    "name": "plate-a",
    "source": { "pipeline": "v4l2", "device": "/dev/v4l/by-path/x", "width_px": 1224, "height_px": 1024, "fps": 10,
                "exposure_us": 8000, "gain": 2.0 },
    "sampling": { "interval_s": 5, "average": 1, "on_missing": "repeat_last" },
    "convert": { "pixel": "gray8", "crop": [0, 0, 1224, 1024], "bin": 1, "rotate_deg": 0 },
    "regions": [ { "name": "well-1", "circle": { "x_px": 204, "y_px": 256, "radius_px": 190 } } ],
    "reduce": { "activity": true, "changed_threshold": 15, "statistics": true },
    "keep": { "frames": "all" }, "slots": 16 } ],
  "memory": { "budget_mib": 192 },
  "store": { "directory": "/var/lib/tarsier", "segment_s": 7200, "segment_mib": 1024, "codec": "deflate",
             "sync_interval_ms": 1000, "backlog_s": 3, "reserve_mib": 512 },
  "control": { "listen": "127.0.0.1:8470" } })";

}  // namespace

TEST_GROUP(Parse){};

TEST(Parse, the_whole_example_becomes_a_rig) {
  const auto rig = parse_rig(json_of(whole));
  CHECK(rig.has_value());
  const CameraConfig& camera = rig->cameras.front();
  CHECK_EQUAL(1209600.0, *rig->run.duration_s);
  STRCMP_EQUAL("v4l2", camera.source.pipeline.c_str());
  CHECK(camera.source.parameters.at("exposure_us") == 8000);
  CHECK(camera.convert.crop == (CropConfig{0, 0, 1224, 1024}));
  CHECK(std::get<CircleConfig>(camera.regions.front().shape) == (CircleConfig{204, 256, 190}));
  CHECK_EQUAL(3.0, *rig->store.backlog_s);
}

TEST(Parse, keys_that_do_nothing_yet_are_unknown) {
  Json rig = json_of(whole);
  rig["cameras"][0]["align"] = {{"method", "auto"}};
  const auto lines = problems_of(rig);
  CHECK_EQUAL(1, lines.size());
  for (const std::string& line : lines) STRCMP_CONTAINS(": unknown key; known here: ", line.c_str());
}

TEST(Parse, a_mistyped_key_gets_the_one_that_is_meant) {
  check_lines({"/cameras/0/source/gian: unknown key; did you mean gain?"},
              problems_of(merge_patch(json_of(whole), Json::parse(R"({"cameras": [{"name": "a",
                "source": {"pipeline": "v4l2", "gian": 2}}]})"))));
}

TEST(Parse, all_problems_come_at_once_in_the_order_of_the_document) {
  check_lines({"/control/listen: port 99999 does not exist; 0 to 65535 are allowed",
               "/cameras/0/slots: 2 is not allowed; expected an integer from 4 to 4096 frames",
               "/cameras/0/nmae: unknown key; did you mean name?",
               "/cameras/1/name: \"a\" is the name of camera 0 too; every camera needs its own",
               "/memory/budget_mib: \"lots\" is not allowed; expected an integer from 16 to 1048576 MiB"},
              problems_of(json_of(R"({"control": {"listen": "localhost:99999"}, "experiment": "e", "cameras": [
                {"slots": 2, "source": {"pipeline": "test"}, "nmae": "b", "name": "a"},
                {"name": "a", "source": {"pipeline": "test"}}], "memory": {"budget_mib": "lots"}})")));
}

TEST(Parse, what_is_missing_is_named_and_explained) {
  check_lines({"/experiment: missing; expected a string: 1 to 64 letters, digits, '.', '_' or '-', not beginning with "
               "'.' (Name of the experiment; part of every folder and file name.)",
               "/cameras: missing; expected a list from 1 to 16 elements (The cameras.)"},
              problems_of(json_of("{}")));
}

TEST(Parse, a_document_that_is_no_object_is_refused) {
  check_lines({": [] is not allowed; expected an object"}, problems_of(json_of("[]")));
}

TEST(Parse, names_that_would_make_bad_file_names_are_refused) {
  for (const char* name : {"", ".hidden", "..", "a/b", "a b", "ä", "a\nb", "a\n"}) {
    Json rig = least_rig();
    rig["experiment"] = name;
    CHECK_EQUAL_TEXT(1, problems_of(rig).size(), name);
  }
  CHECK(problems_of(merge_patch(least_rig(), {{"experiment", "A-z_0.9"}})).empty());
}

TEST(Parse, a_source_may_be_missing_only_for_an_input_of_its_own) {
  const Json rig = json_of(R"({"experiment": "e", "cameras": [{"name": "a"}]})");
  CHECK_EQUAL(1, problems_of(rig).size());
  CHECK(problems_of(rig, {.source_optional = true}).empty());
  CHECK(problems_of(rig_with_camera(R"({"source": {"pipeline": "not-here"}})"), {.source_optional = true}).empty());
}

TEST(Parse, files_to_be_read_are_relative_to_the_rig) {
  const auto camera = camera_of(R"({"source": {"pipeline": "file", "location": "../data/a.mp4"},
    "regions": [{"name": "m", "mask": "m.png"}]})",
                                {.base_directory = "/rigs/mouse"});
  CHECK(camera.source.parameters.at("location") == "/rigs/data/a.mp4");
  CHECK(std::get<MaskConfig>(camera.regions.front().shape).file == "/rigs/mouse/m.png");
}

TEST(Parse, an_absolute_path_stays_and_the_store_is_relative_to_the_working_directory) {
  Json document = rig_with_camera(R"({"source": {"pipeline": "file", "location": "/a.mp4"}})");
  document["store"]["directory"] = "results";
  const auto rig = parse_rig(document, {.base_directory = "/rigs"});
  CHECK(rig->cameras[0].source.parameters.at("location") == "/a.mp4");
  CHECK(rig->store.directory == "results");
}

TEST(Parse, an_error_lists_every_problem_on_a_line_of_its_own) {
  const Error error = to_error("rig.json", {{"/a", "unknown key"}, {"", "an \x1b[31mobject"}});
  STRCMP_EQUAL("rig.json: 2 problems\n  /a: unknown key\n  the document: an ?[31mobject", error.message.c_str());
  CHECK_TRUE(error.wrong_use);
  STRCMP_EQUAL("rig.json: 1 problem\n  /a: x", to_error("rig.json", {{"/a", "x"}}).message.c_str());
}

TEST(Parse, a_patch_does_what_rfc_7396_says) {
  const char* examples[][3] = {{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
                               {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
                               {R"({"a":"b"})", R"({"a":null})", R"({})"},
                               {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
                               {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
                               {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
                               {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
                               {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
                               {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
                               {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
                               {R"({"a":"foo"})", R"(null)", R"(null)"},
                               {R"({"a":"foo"})", R"("bar")", R"("bar")"},
                               {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
                               {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
                               {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}};
  for (const auto& [target, patch, result] : examples) {
    STRCMP_EQUAL(result, merge_patch(Json::parse(target), Json::parse(patch)).dump().c_str());
  }
}

TEST(Parse, every_rig_that_comes_along_is_right) {
  std::size_t rigs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TARSIER_SOURCE_DIR "/firmware-config/rigs")) {
    const auto document = read_json(entry.path());
    CHECK_TEXT(document.has_value(), document ? "" : document.error().message.c_str());
    const auto rig = parse_rig(*document, {.base_directory = entry.path().parent_path()});
    CHECK_TEXT(rig.has_value(), rig ? "" : to_error(entry.path(), rig.error()).message.c_str());
    ++rigs;
  }
  CHECK(rigs >= 5);
}
