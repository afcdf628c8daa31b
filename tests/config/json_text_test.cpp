#include <chrono>
#include <fstream>

#include "CppUTest/TestHarness.h"
#include "config/parse.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(JsonText){static void check_refused(const char* reason, const std::string& text){
    const auto document = parse_json(text, "rig.json");
CHECK_FALSE(document.has_value());
STRCMP_CONTAINS("rig.json: ", document.error().message.c_str());
STRCMP_CONTAINS(reason, document.error().message.c_str());
CHECK_TRUE(document.error().wrong_use);
}
}
;

TEST(JsonText, keys_keep_the_order_in_which_they_were_written) {
  const auto document = parse_json(R"({"z": [1, {"b": null, "a": "ä"}], "a": -1.5e3, "m": true})", "rig.json");
  STRCMP_EQUAL(R"({"z":[1,{"b":null,"a":"ä"}],"a":-1500.0,"m":true})", document->dump().c_str());
}

TEST(JsonText, equals_what_the_library_itself_reads) {
  const char* text = R"([[], {}, [[1, [2, {"a": {"b": [3, 4, {"c": []}]}}], 5], {"d": {}}], 18446744073709551615, -7])";
  CHECK(*parse_json(text, "rig.json") == Json::parse(text));
}

TEST(JsonText, a_comment_is_refused_with_line_and_column) {
  check_refused("line 2, column 3: syntax error", "{\n  // no\n}");
}

TEST(JsonText, a_trailing_comma_is_refused_with_line_and_column) {
  check_refused("line 3, column 1: syntax error", "{ \"a\": [1, 2],\n  \"b\": 3,\n}");
}

TEST(JsonText, an_empty_text_and_a_cut_one_are_refused) {
  check_refused("line 1, column 1", "");
  check_refused("unexpected end of input", "{\"a\": [1,");
}

TEST(JsonText, a_second_value_is_refused) { check_refused("line 1, column 4", "{} {}"); }

TEST(JsonText, a_number_that_is_too_large_is_refused) { check_refused("number overflow", "{\"a\": 1e400}"); }

TEST(JsonText, nan_is_no_json) { check_refused("line 1, column 7", "{\"a\": NaN}"); }

TEST(JsonText, text_that_is_not_utf8_is_refused) { check_refused("UTF-8", "{\"a\": \"\xff\"}"); }

TEST(JsonText, a_key_that_is_written_twice_is_refused_with_its_pointer) {
  check_refused("/cameras/1/name: the key is written twice",
                R"({"cameras": [{}, {"name": "a", "slots": 4, "name": "b"}]})");
}

TEST(JsonText, the_same_key_in_two_objects_is_fine) {
  CHECK(parse_json(R"({"a": {"a": {"a": 1}}, "b": {"a": 2}})", "rig.json").has_value());
}

TEST(JsonText, nesting_deeper_than_64_levels_is_refused) {
  CHECK(parse_json(std::string(64, '[') + std::string(64, ']'), "rig.json").has_value());
  check_refused("nested deeper than 64 levels", std::string(65, '[') + std::string(65, ']'));
  check_refused("nested deeper than 64 levels", std::string(1'000'000, '['));
}

TEST(JsonText, a_text_of_more_than_16_mib_is_refused) {
  check_refused("larger than 16.0 MiB", std::string(16 * 1024 * 1024 + 1, ' '));
}

TEST(JsonText, a_hundred_thousand_keys_are_all_kept) {
  std::string text = "{\"0\": 0";
  for (int i = 1; i < 100'000; ++i) text += ",\"" + std::to_string(i) + "\":" + std::to_string(i);
  const auto document = parse_json(text + "}", "rig.json");
  CHECK_EQUAL(100'000, document->size());
}

TEST(JsonText, a_file_is_named_in_its_errors) {
  TemporaryFolder folder;
  std::ofstream(folder / "rig.json") << "{]";
  const auto broken = read_json(folder / "rig.json");
  STRCMP_CONTAINS((folder.path().string() + "/rig.json: line 1, column 2").c_str(), broken.error().message.c_str());
  STRCMP_CONTAINS("missing.json", read_json(folder / "missing.json").error().message.c_str());
  CHECK_FALSE(read_json(folder.path()).has_value());
}
