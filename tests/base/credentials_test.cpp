#include "base/credentials.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;

TEST_GROUP(Credentials){};

TEST(Credentials, user_and_password_of_every_address_are_left_out) {
  STRCMP_EQUAL("rtsp://***@a/1 and http://***@b", without_credentials("rtsp://me:x@a/1 and http://you@b").c_str());
}

TEST(Credentials, a_password_may_hold_slashes_and_at_signs) {
  STRCMP_EQUAL("rtsp://***@cam/1", without_credentials("rtsp://me:se/cr@t@cam/1").c_str());
}

TEST(Credentials, texts_without_them_stay_as_they_are) {
  for (const char* text : {"", "rtsp://cam/1", "me@home", "://"}) {
    STRCMP_EQUAL(text, without_credentials(text).c_str());
  }
}
