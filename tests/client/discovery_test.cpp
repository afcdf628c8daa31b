#include "client/discovery.hpp"

#include <CppUTest/TestHarness.h>

#include <cstdlib>

using namespace tarsier;

TEST_GROUP(Discovery){};

TEST(Discovery, a_device_with_several_addresses_is_listed_once_by_the_one_that_is_easiest_to_reach) {
  const FoundDevice left{"left", "left.local", "10.0.0.7", 8470, true};
  const FoundDevice right{"right", "right.local", "fd00::7", 8470, false};
  const auto found = one_for_each({{"right", "right.local", "fe80::1", 8470, false},
                                   {"left", "left.local", "fd00::1", 8470, true},
                                   {"left", "left.local", "127.0.0.1", 8470, true},
                                   right,
                                   left});
  CHECK(found == (std::vector<FoundDevice>{left, right}));
}

TEST(Discovery, two_services_of_one_machine_are_two_devices) {
  CHECK_EQUAL(
      std::size_t{2},
      one_for_each({{"pi", "pi.local", "10.0.0.7", 8470, true}, {"pi", "pi.local", "10.0.0.7", 8471, true}}).size());
}

TEST(Discovery, without_the_avahi_daemon_it_says_what_to_start) {
  setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
  const auto found = discover(std::chrono::milliseconds(10));
  CHECK(!found);
  STRCMP_CONTAINS("the Avahi daemon must run on this machine", found.error().message.c_str());
  CHECK(!found.error().wrong_use);
}
