#include "base/bytes.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(Bytes){};

TEST(Bytes, reads_in_the_unit_that_suits_its_size) {
  STRCMP_EQUAL("0 B", to_text(Bytes{0}).c_str());
  STRCMP_EQUAL("1023 B", to_text(Bytes{1023}).c_str());
  STRCMP_EQUAL("1.0 KiB", to_text(kibibytes(1)).c_str());
  STRCMP_EQUAL("1.5 MiB", to_text(kibibytes(1536)).c_str());
  STRCMP_EQUAL("10.0 GiB", to_text(mebibytes(10240)).c_str());
}

TEST(Bytes, counts_like_a_number) {
  Bytes sum = mebibytes(2) + kibibytes(1);
  sum += Bytes{1};
  CHECK_EQUAL(2 * 1048576 + 1024 + 1, sum.count);
  CHECK_EQUAL(3072, (kibibytes(1) * 3).count);
  CHECK_TRUE(kibibytes(1024) == mebibytes(1));
  CHECK_TRUE(kibibytes(1) < mebibytes(1));
  DOUBLES_EQUAL(0.5, kibibytes(512).mebibytes(), 0);
}

TEST(Bytes, rounding_up_reaches_the_next_step_and_stays_on_one) {
  CHECK_EQUAL(0, round_up(0, 64));
  CHECK_EQUAL(64, round_up(1, 64));
  CHECK_EQUAL(64, round_up(64, 64));
  CHECK_EQUAL(4096, round_up(65, 4096));
}
