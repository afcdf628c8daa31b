#include <cstdlib>
#include <fstream>
#include <random>

#include "CppUTest/TestHarness.h"
#include "config/structure.hpp"
#include "rigs.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

constexpr auto committed_schema = TARSIER_SOURCE_DIR "/firmware-config/schema.json";

// A rig in which many kinds of keys occur.
Json rich_rig() {
  return json_of(R"({"experiment": "e", "device": "d", "run": {"duration_s": 5}, "cameras": [{"name": "a",
    "source": {"pipeline": "test", "width_px": 640, "fps": 30, "pattern": "ball"},
    "sampling": {"interval_s": 1, "average": 1, "on_missing": "mark"},
    "convert": {"pixel": "gray8", "crop": [0, 0, 64, 64], "bin": 2, "rotate_deg": 90, "bayer": "superpixel", "flip": "horizontal"},
    "regions": [{"name": "c", "circle": {"x_px": 5, "y_px": 5, "radius_px": 2}, "labels": {"k": "v"}},
      {"name": "r", "rectangle": {"x_px": 1, "y_px": 2, "width_px": 3, "height_px": 4}},
      {"name": "p", "polygon": [[0, 0.5], [10, 0], [5.25, 8]]}, {"name": "m", "mask": "m.png"},
      {"plate": {"rows": 2, "columns": 2, "first_x_px": 9, "first_y_px": 9, "last_x_px": 20, "last_y_px": 21, "radius_px": 5},
       "well_labels": {"A1": {"k": "v"}}}],
    "reduce": {"activity": true, "changed_threshold": 9, "statistics": true}, "keep": {"frames": "none"}, "slots": 8}],
    "memory": {"budget_mib": 64}, "store": {"directory": "x", "codec": "none", "backlog_s": 0.5},
    "control": {"listen": "[::1]:80"}})");
}

void collect(Json& value, std::vector<Json*>& places) {
  places.push_back(&value);
  if (!value.is_structured()) return;
  for (auto& element : value) collect(element, places);
}

// Changes one place of the rig: another value, a key less, a key more, a key renamed.
void mutate(Json& rig, std::mt19937& random) {
  static const std::vector<Json> values{0,
                                        1,
                                        2,
                                        3,
                                        4,
                                        -1,
                                        10.0,
                                        10.5,
                                        0.5,
                                        255,
                                        4096,
                                        4097,
                                        65535,
                                        65536,
                                        1e30,
                                        true,
                                        false,
                                        nullptr,
                                        "",
                                        "a",
                                        "none",
                                        "deflate",
                                        "gray16",
                                        "file",
                                        "v4l2",
                                        ".x",
                                        "a b",
                                        "127.0.0.1:1",
                                        "A1",
                                        "\n",
                                        std::string(65, 'a'),
                                        Json::array(),
                                        Json::object(),
                                        Json::array({1, 2}),
                                        Json::array({1, 2, 3, 4}),
                                        Json{{"A1", Json::object()}},
                                        Json{{"", "x"}}};
  static const std::vector<std::string> keys{"name",  "circle",   "plate", "mask",        "pipeline", "gain",
                                             "slots", "location", "x",     "well_labels", "device"};
  const auto pick = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  std::vector<Json*> places;
  collect(rig, places);
  Json& place = *places[pick(places.size())];
  const auto kind = pick(4);
  if (place.is_object() && kind == 0 && !place.empty())
    place.erase(std::next(place.begin(), static_cast<std::ptrdiff_t>(pick(place.size()))));
  else if (place.is_object() && kind == 1)
    place[keys[pick(keys.size())]] = values[pick(values.size())];
  else if (place.is_array() && kind < 2)
    place.push_back(values[pick(values.size())]);
  else
    place = values[pick(values.size())];
}

constexpr auto validate = R"(
import json, multiprocessing, sys
from jsonschema import Draft202012Validator
schema, rigs, verdicts = map(lambda path: json.load(open(path)), sys.argv[1:])
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
def judged_differently(case):
    rig, verdict = case
    if validator.is_valid(rig) == verdict["accepted"]:
        return None
    return verdict, [error.json_path + ': ' + error.message[:200] for error in validator.iter_errors(rig)], rig
with multiprocessing.Pool() as pool:
    wrong = [case for case in pool.map(judged_differently, zip(rigs, verdicts), 100) if case]
for one in wrong[:3]:
    print(*map(json.dumps, one), sep='\n')
sys.exit(f'{len(wrong)} of the rigs are judged differently' if wrong else 0)
)";

}  // namespace

TEST_GROUP(Schema){};

TEST(Schema, the_committed_schema_is_that_of_the_field_table) {
  const std::string expected = rig_schema().dump(2) + "\n";
  if (std::getenv("TARSIER_WRITE_SCHEMA") != nullptr) std::ofstream(committed_schema) << expected;
  const auto document = read_json(committed_schema);
  CHECK_TEXT(document.has_value(), document ? "" : document.error().message.c_str());
  CHECK_TEXT(document->dump(2) + "\n" == expected, "firmware-config/README.md says how schema.json is written anew");
}

TEST(Schema, it_describes_every_parameter_of_every_installed_pipeline) {
  const Json schema = rig_schema();
  const Json& cases = schema["properties"]["cameras"]["items"]["properties"]["source"]["allOf"];
  bool found = false;
  for (const Json& one : cases) {
    if (one["if"]["properties"]["pipeline"]["const"] != "v4l2") continue;
    found = true;
    CHECK(one["then"]["properties"]["width_px"]["minimum"] == 1);
    CHECK(one["then"]["properties"]["device"]["default"] == "/dev/video0");
    CHECK(one["then"]["additionalProperties"] == false);
  }
  CHECK_TRUE(found);
}

// TARSIER_RIGS: how many; a long run is a test of its own.
TEST(Schema, it_judges_wrong_and_right_rigs_as_the_parser_does) {
  const char* wanted = std::getenv("TARSIER_RIGS");
  const int count = wanted != nullptr ? std::atoi(wanted) : 400;
  std::mt19937 random(20231104);  // the same rigs every time
  Json rigs = Json::array(), verdicts = Json::array();
  int accepted = 0;
  for (int i = 0; i < count; ++i) {
    Json rig = rich_rig();
    for (auto changes = random() % 3; changes > 0; --changes) mutate(rig, random);
    const auto problems = check_structure(rig_fields(), rig, {}).problems;
    accepted += problems.empty() ? 1 : 0;
    rigs.push_back(std::move(rig));
    verdicts.push_back({{"accepted", problems.empty()},
                        {"first", problems.empty() ? "" : problems[0].pointer + ": " + problems[0].message}});
  }
  CHECK(accepted > count / 5 && accepted < count * 4 / 5);
  TemporaryFolder folder;
  std::ofstream(folder / "schema.json") << rig_schema().dump();
  std::ofstream(folder / "rigs.json") << rigs.dump();
  std::ofstream(folder / "verdicts.json") << verdicts.dump();
  check_python(validate, {folder / "schema.json", folder / "rigs.json", folder / "verdicts.json"});
}
