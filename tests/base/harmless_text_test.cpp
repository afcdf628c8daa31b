#include "base/harmless_text.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(HarmlessText){};

TEST(HarmlessText, no_control_character_is_left) {
  STRCMP_EQUAL("?[2J?a?b?c", harmless_text("\x1b[2J\na\x7f"
                                           "b\xc2\x9b"
                                           "c")
                                 .c_str());
}

TEST(HarmlessText, letters_of_every_language_stay) {
  STRCMP_EQUAL("früh µ ¡ 猿", harmless_text("früh µ ¡ 猿").c_str());
}

TEST(HarmlessText, half_a_character_at_the_end_is_no_crash) { STRCMP_EQUAL("a\xc2", harmless_text("a\xc2").c_str()); }

TEST(HarmlessText, lines_stay_lines) { STRCMP_EQUAL("a\n?[2J\nb?", harmless_lines("a\n\x1b[2J\nb\r").c_str()); }

TEST(HarmlessText, json_means_the_same_and_moves_no_cursor) {
  STRCMP_EQUAL("{\n \"a\": \"\\u009b2J\\u007f\xc3\xa4\"\n}", harmless_json("{\n \"a\": \"\xc2\x9b"
                                                                           "2J\x7f\xc3\xa4\"\n}")
                                                                 .c_str());
}
