#include "cli/discovered.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

const std::vector<Discovered> two = {
    {{"Tarsier on pi-left", "pi-left.local", "10.0.0.7", 8470, true}, "incubator3", "0.1.0", "recording", true},
    {{"Tarsier on pi", "pi.local", "fd00::7", 8471, false}, "", "", "its certificate is not known", false}};

}  // namespace

TEST_GROUP(Discovered){};

TEST(Discovered, they_are_a_table) {
  STRCMP_EQUAL(
      "name                             address         TLS  version  state\n"
      "incubator3 (Tarsier on pi-left)  10.0.0.7:8470   yes  0.1.0    recording\n"
      "Tarsier on pi                    [fd00::7]:8471  no   -        its certificate is not known\n",
      discovered_text(two).c_str());
}

TEST(Discovered, a_program_reads_null_where_nothing_was_told) {
  const auto list = discovered_json(two);
  CHECK(list[0]["known_as"] == "incubator3" && list[0]["state"] == "recording" && list[0]["port"] == 8470);
  CHECK(list[1]["known_as"].is_null() && list[1]["version"].is_null() && list[1]["state"].is_null());
}

TEST(Discovered, what_a_device_says_is_obeyed_by_no_terminal) {
  auto one = two;
  one[0].version = "\x1b[2J";
  CHECK(discovered_text(one).find('\x1b') == std::string::npos);
}
