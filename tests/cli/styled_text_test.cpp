#include "cli/styled_text.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(StyledText){};

TEST(StyledText, a_line_is_cut_at_the_edge_of_the_screen) {
  const StyledLine line = {{"früh", Style::strong}, {" am Tag"}};
  CHECK_EQUAL(std::size_t{11}, width_of(line));
  CHECK(fitted(line, 6) == (StyledLine{{"früh", Style::strong}, {" a"}}));
  CHECK(fitted(line, 3) == (StyledLine{{"frü", Style::strong}}));
}

TEST(StyledText, a_device_cannot_send_commands_to_the_terminal) {
  STRCMP_EQUAL("?[2Ja", plain_text(fitted({{"\x1b[2Ja"}}, 80)).c_str());
}

TEST(StyledText, a_terminal_without_unicode_gets_none) {
  STRCMP_EQUAL("fr?h", plain_text(fitted({{"früh"}}, 4, false)).c_str());
}

TEST(StyledText, words_that_do_not_fit_go_on_in_the_next_line) {
  CHECK(wrapped("one two three", 7) == (std::vector<std::string>{"one two", "three"}));
  CHECK(wrapped("incomprehensible no", 5) == (std::vector<std::string>{"incomprehensible", "no"}));
  CHECK(wrapped("", 5) == std::vector<std::string>{""});
}

TEST(StyledText, pieces_flow_under_the_first_one) {
  const auto lines = flowed({"head "}, {{"aaa"}, {"bbb"}, {"ccc"}}, ", ", 13);
  CHECK_EQUAL(std::size_t{2}, lines.size());
  STRCMP_EQUAL("head aaa, bbb", plain_text(lines[0]).c_str());
  STRCMP_EQUAL("     ccc", plain_text(lines[1]).c_str());
}
