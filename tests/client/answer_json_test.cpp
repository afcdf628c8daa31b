#include "client/answer_json.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(AnswerJson){};

TEST(AnswerJson, a_document_is_what_was_sent) {
  const std::string text = R"({"a":[1,{"b":[null,"c"]}],"d":{}})";
  STRCMP_EQUAL(text.c_str(), parse_answer(text).dump().c_str());
}

TEST(AnswerJson, what_is_none_is_discarded) {
  for (const char* text : {"", "{", "{\"a\": 1} x", "nul"}) CHECK_TEXT(parse_answer(text).is_discarded(), text);
}

TEST(AnswerJson, a_million_levels_can_be_printed) {
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) deep += "[";
  deep += std::string(1'000'000, ']');
  CHECK(parse_answer("{\"a\": 1, \"deep\": " + deep + "}").dump().size() < 1000);
}
