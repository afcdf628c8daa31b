#include "cli/rig_edit.hpp"

#include <CppUTest/TestHarness.h>

#include <deque>
#include <vector>

#include "base/file_operations.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

const std::string before = "{\n  \"device\": \"pi\"\n}";
const std::string after = "{\n  \"device\": \"left\"\n}";
const std::string accepted =
    R"({"generation": 2, "changes": [{"pointer": "/device", "from": "pi", "to": "left", "class": "arm"}]})";

}  // namespace

TEST_GROUP(RigEdit) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "rig.json";
  std::deque<std::string> typed;    // what the person makes of the text, one after the other
  std::vector<std::string> opened;  // what the editor showed
  std::deque<DeviceAnswer> answers = {{200, "\"1\"", "", before}};
  std::vector<Ask> asked;
  bool agreed = true;

  EditWorld world{[this](const Ask& ask) -> Result<DeviceAnswer> {
                    asked.push_back(ask);
                    if (answers.empty()) return failure("the device is gone");
                    const auto answer = answers.front();
                    answers.pop_front();
                    return answer;
                  },
                  [this](const std::filesystem::path& path) -> Result<void> {
                    opened.push_back(*read_text(system_files(), path));
                    if (typed.empty()) return {};
                    const auto text = typed.front();
                    typed.pop_front();
                    return replace_text(system_files(), path, text);
                  },
                  [this](const Json&) { return agreed; }};

  // Of an edit that fails: its error, after a look at what was kept.
  std::string error_that_keeps(const std::string& text) {
    const auto outcome = edit_rig(world, file);
    CHECK(!outcome);
    STRCMP_CONTAINS(("\nyour text is kept in " + file.string()).c_str(), outcome.error().message.c_str());
    STRCMP_CONTAINS(text.c_str(), read_text(system_files(), file)->c_str());
    return outcome.error().message;
  }
};

TEST(RigEdit, a_change_is_checked_agreed_to_and_put_with_the_generation_it_began_from) {
  typed = {after};
  answers.push_back({200, "\"1\"", "", accepted});
  answers.push_back({200, "\"2\"", "", accepted});
  const auto outcome = edit_rig(world, file);
  CHECK(outcome && outcome->end == EditEnd::applied);
  CHECK(outcome->answer["generation"] == 2);
  STRCMP_EQUAL((before + "\n").c_str(), opened.at(0).c_str());
  STRCMP_EQUAL("/v1/config/validate", asked.at(1).target.c_str());
  STRCMP_EQUAL("PUT", asked.at(2).method.c_str());
  for (const std::size_t i : {1, 2}) {
    STRCMP_EQUAL(after.c_str(), asked.at(i).body.c_str());
    CHECK(asked.at(i).headers.at(0) == std::pair(std::string("If-Match"), std::string("\"1\"")));
  }
  CHECK(!std::filesystem::exists(file));
}

TEST(RigEdit, what_was_left_as_it_was_asks_nothing_more) {
  CHECK(edit_rig(world, file)->end == EditEnd::unchanged);
  CHECK_EQUAL(std::size_t{1}, asked.size());
  CHECK(!std::filesystem::exists(file));
}

TEST(RigEdit, an_empty_text_and_a_no_change_nothing) {
  typed = {"\n"};
  CHECK(edit_rig(world, file)->end == EditEnd::declined);
  typed = {after};
  answers = {{200, "\"1\"", "", before}, {200, "\"1\"", "", accepted}};
  agreed = false;
  CHECK(edit_rig(world, file)->end == EditEnd::declined);
  CHECK_EQUAL(std::size_t{3}, asked.size());
}

TEST(RigEdit, what_is_no_json_is_opened_again_with_its_line) {
  typed = {"{\n  \"device\" 3\n}", after};
  answers.push_back({200, "\"1\"", "", accepted});
  answers.push_back({200, "\"2\"", "", accepted});
  CHECK(edit_rig(world, file)->end == EditEnd::applied);
  STRCMP_CONTAINS("// the rig: ", opened.at(1).c_str());
  // The second line of the text is the third one of the file.
  STRCMP_CONTAINS("line 3", opened.at(1).c_str());
  STRCMP_CONTAINS("\n{\n  \"device\" 3\n}\n", opened.at(1).c_str());
}

TEST(RigEdit, problems_of_the_device_stand_above_the_text) {
  typed = {"{\"devcie\": 1}", after};
  answers.push_back({422, "", "", R"({"detail": "the rig is refused", "problems": [
    {"pointer": "/devcie", "message": "unknown key; did you mean device?"}]})"});
  answers.push_back({200, "\"1\"", "", accepted});
  answers.push_back({200, "\"2\"", "", accepted});
  CHECK(edit_rig(world, file)->end == EditEnd::applied);
  STRCMP_CONTAINS("/devcie: unknown key; did you mean device?", opened.at(1).c_str());
}

TEST(RigEdit, it_gives_up_when_a_wrong_text_comes_back_as_it_was) {
  typed = {"{\"devcie\": 1}"};
  answers.push_back({422, "", "", R"({"detail": "the rig is refused"})"});
  answers.push_back({422, "", "", R"({"detail": "the rig is refused"})"});
  STRCMP_CONTAINS("the rig is refused", error_that_keeps("{\"devcie\": 1}").c_str());
  CHECK_EQUAL(std::size_t{2}, opened.size());
}

TEST(RigEdit, a_rig_that_somebody_changed_meanwhile_is_not_overwritten) {
  typed = {after};
  answers.push_back({412, "\"2\"", "", R"({"detail": "the present generation is 2"})"});
  STRCMP_CONTAINS("somebody else has changed the rig", error_that_keeps(after).c_str());
}

TEST(RigEdit, no_text_is_lost_with_the_device) {
  typed = {after};
  STRCMP_CONTAINS("the device is gone", error_that_keeps(after).c_str());
}

TEST(RigEdit, no_text_is_lost_where_a_run_is_in_the_way) {
  typed = {after};
  answers.push_back({200, "\"1\"", "", accepted});
  answers.push_back({409, "", "", R"({"detail": "stop the run first"})"});
  STRCMP_CONTAINS("stop the run first", error_that_keeps(after).c_str());
}

TEST(RigEdit, notes_are_only_the_first_lines) {
  STRCMP_EQUAL("{}\n// x\n", without_notes("// a\n//b\n{}\n// x\n").c_str());
  STRCMP_EQUAL("", without_notes("// a").c_str());
}
