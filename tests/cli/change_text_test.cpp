#include "cli/change_text.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(ChangeText){};

TEST(ChangeText, a_change_is_told_with_when_it_acts) {
  const auto changes = Json::parse(R"([{"pointer": "/store/segment_s", "from": 7200, "to": 60, "class": "live"},
    {"pointer": "/device", "from": null, "to": "pi", "class": "arm"}])");
  STRCMP_EQUAL(
      "/store/segment_s  7200 -> 60  (at the next frame)\n"
      "/device           (not set) -> \"pi\"  (when the next run starts)\n",
      changes_text(changes, false).c_str());
  STRCMP_CONTAINS("\x1b[31m7200\x1b[0m -> \x1b[32m60\x1b[0m", changes_text(changes, true).c_str());
}

TEST(ChangeText, a_long_value_is_cut_and_obeyed_by_no_terminal) {
  const Json changes = {{{"pointer", "/a"}, {"from", std::string(500, 'x')}, {"to", "\x1b[2J"}, {"class", "segment"}}};
  const auto text = changes_text(changes, false);
  CHECK(text.size() < 150);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST(ChangeText, the_history_is_a_list) {
  STRCMP_EQUAL(
      "    1  2026-11-26T14:03:32Z  the rig's file\n",
      history_text(Json::parse(R"([{"generation": 1, "utc": "2026-11-26T14:03:32Z", "origin": "the rig's file"}])"))
          .c_str());
}

TEST(ChangeText, the_history_names_the_first_places_that_changed) {
  const auto history = Json::parse(R"([{"generation": 2, "utc": "t", "origin": "o", "changes": 5,
    "changed": ["/a", "/b", "/c", "/d", "/e"]}])");
  STRCMP_EQUAL("    2  t  o: /a, /b, /c and 2 more\n", history_text(history).c_str());
}

TEST(ChangeText, a_plan_is_told_where_there_is_one) {
  STRCMP_EQUAL("memory: 1.0 MiB planned of a budget of 2.0 MiB\n",
               plan_text({{"planned_bytes", 1048576}, {"budget_bytes", 2097152}}).c_str());
  STRCMP_EQUAL("", plan_text(nullptr).c_str());
}

TEST(ChangeText, a_document_of_another_shape_is_no_crash) {
  for (const auto* text : {"null", "3", "[null, 3]", "{}"}) {
    static_cast<void>(changes_text(Json::parse(text), true));
    static_cast<void>(plan_text(Json::parse(text)));
    static_cast<void>(history_text(Json::parse(text)));
  }
}
