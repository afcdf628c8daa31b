#include "cli/text.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(Text){};

TEST(Text, counts_have_a_comma_every_three_digits) {
  CHECK_EQUAL(std::string("0"), grouped(0));
  CHECK_EQUAL(std::string("999"), grouped(999));
  CHECK_EQUAL(std::string("1,000"), grouped(1000));
  CHECK_EQUAL(std::string("18,446,744,073,709,551,615"), grouped(UINT64_MAX));
}

TEST(Text, one_is_singular_and_all_else_plural) {
  CHECK_EQUAL(std::string("0 frames"), counted(0, "frame"));
  CHECK_EQUAL(std::string("1 frame"), counted(1, "frame"));
  CHECK_EQUAL(std::string("1,200 frames"), counted(1200, "frame"));
}

TEST(Text, a_duration_is_rounded_up_and_short) {
  CHECK_EQUAL(std::string("0:00"), short_duration(0));
  CHECK_EQUAL(std::string("0:01"), short_duration(0.2));
  CHECK_EQUAL(std::string("1:00"), short_duration(59.5));
  CHECK_EQUAL(std::string("1:02:03"), short_duration(3723));
  CHECK_EQUAL(std::string("14 d 0 h"), short_duration(1209600));
  CHECK_EQUAL(std::string("0:00"), short_duration(-5));
}

TEST(Text, a_rate_has_three_digits_or_whole_frames) {
  CHECK_EQUAL(std::string("0.2/s"), rate_text(0.2));
  CHECK_EQUAL(std::string("98.7/s"), rate_text(98.72));
  CHECK_EQUAL(std::string("1,235/s"), rate_text(1234.6));
}

TEST(Text, an_amount_of_disk_is_in_gibibytes_from_one_on) {
  CHECK_EQUAL(std::string("1023.0 MiB"), disk_text(mebibytes(1023)));
  CHECK_EQUAL(std::string("1.5 GiB"), disk_text(mebibytes(1536)));
}

TEST(Text, letters_of_several_bytes_count_once) {
  CHECK_EQUAL(std::size_t{5}, text_width("Größe"));
  CHECK_EQUAL(std::string("Größe  |"), padded("Größe", 7) + "|");
  CHECK_EQUAL(std::string("Grö"), cut("Größe", 3));
  CHECK_EQUAL(std::string("Größe"), cut("Größe", 9));
}
