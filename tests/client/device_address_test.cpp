#include "client/device_address.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(DeviceAddress){static void must_be(const std::string& text, const DeviceAddress& expected){
    const auto parsed = parse_device_address(text);
CHECK_TEXT(parsed.has_value(), text.c_str());
CHECK_TEXT(*parsed == expected, text.c_str());
}
}
;

TEST(DeviceAddress, other_machines_are_asked_over_tls_and_this_one_without) {
  must_be("pi-left", {"pi-left", 8470, true});
  must_be("10.0.0.7:99", {"10.0.0.7", 99, true});
  must_be("[fe80::1]:99", {"fe80::1", 99, true});
  must_be("localhost", {"localhost", 8470, false});
  must_be("127.8.0.1:99", {"127.8.0.1", 99, false});
  must_be("[::1]", {"::1", 8470, false});
  must_be("127.0.0.1.evil.example", {"127.0.0.1.evil.example", 8470, true});
}

TEST(DeviceAddress, a_scheme_says_it) {
  must_be("http://pi-left", {"pi-left", 8470, false});
  must_be("https://localhost:443/", {"localhost", 443, true});
}

TEST(DeviceAddress, what_is_no_address_is_refused) {
  for (const std::string text : {"", "http://", "ftp://pi", "pi:99999", "http://pi/v1", "user@pi", "pi:8470/"})
    CHECK_TEXT(!parse_device_address(text).has_value(), text.c_str());
}
