#include "report/text_encoding.hpp"

#include <CppUTest/TestHarness.h>

#include <string>

using namespace tarsier;

namespace {

std::string base64_of_text(const std::string& text) { return base64(std::as_bytes(std::span(text))); }

}  // namespace

TEST_GROUP(TextEncoding){};

TEST(TextEncoding, markup_in_a_text_stays_text) {
  STRCMP_EQUAL("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;",
               html_text("<script>alert(\"1\")</script> & 'x'").c_str());
}

TEST(TextEncoding, bytes_that_are_no_utf8_are_replaced) {
  STRCMP_EQUAL(
      "a\xEF\xBF\xBD"
      "b \xC3\xA9",
      html_text("a\xFF"
                "b \xC3\xA9")
          .c_str());
}

TEST(TextEncoding, control_characters_become_blanks) {
  const std::string text("a\0b\x1b[c\nd", 8);
  STRCMP_EQUAL("a b [c\nd", html_text(text).c_str());
}

TEST(TextEncoding, json_cannot_leave_its_script_element) {
  const Json json = {{"name", "</script><script>alert(1)</script><!--"}, {"line", "a\xE2\x80\xA8z"}};
  const auto text = script_json(json);
  CHECK(text.find('<') == std::string::npos);
  CHECK(text.find("\xE2\x80\xA8") == std::string::npos);
  CHECK(Json::parse(text) == json);
}

TEST(TextEncoding, json_with_bytes_that_are_no_utf8_is_json) {
  CHECK(!Json::parse(script_json({{"a", "\xFF"}}), nullptr, false).is_discarded());
}

TEST(TextEncoding, base64_is_that_of_rfc_4648) {
  STRCMP_EQUAL("", base64_of_text("").c_str());
  STRCMP_EQUAL("Zg==", base64_of_text("f").c_str());
  STRCMP_EQUAL("Zm8=", base64_of_text("fo").c_str());
  STRCMP_EQUAL("Zm9v", base64_of_text("foo").c_str());
  STRCMP_EQUAL("Zm9vYmFy", base64_of_text("foobar").c_str());
  STRCMP_EQUAL("+/8=", base64_of_text("\xFB\xFF").c_str());
}

TEST(TextEncoding, numbers_are_encoded_as_they_lie_in_memory) {
  STRCMP_EQUAL("AQAAAg==", base64_of(std::vector<std::uint16_t>{1, 512}).c_str());
}

TEST(TextEncoding, a_template_is_filled_once) {
  STRCMP_EQUAL("<b>{{title}}</b> two two",
               fill_template("<b>{{body}}</b> {{title}} {{title}}", {{"body", "{{title}}"}, {"title", "two"}}).c_str());
}

TEST(TextEncoding, braces_without_a_known_name_stay) {
  STRCMP_EQUAL("{{unknown}} {{ x", fill_template("{{unknown}} {{ {{a}}", {{"a", "x"}}).c_str());
}
