#include "control/host_guard.hpp"

#include <CppUTest/TestHarness.h>

#include <string>

using namespace tarsier;

TEST_GROUP(HostGuard){};

TEST(HostGuard, the_names_of_the_loopback_pass_with_and_without_a_port) {
  for (const std::string host : {"localhost", "LocalHost:8470", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8470"})
    CHECK_TEXT(names_loopback(host), host.c_str());
}

TEST(HostGuard, every_other_name_is_foreign) {
  for (const std::string host : {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "10.0.0.1",
                                 "::1", "[::2]", "localhost:x", "evil@localhost"})
    CHECK_TEXT(!names_loopback(host), host.c_str());
}

TEST(HostGuard, a_foreign_host_is_refused_with_403) {
  Request request{.method = "GET", .path = "/v1/status", .host = "evil.example"};
  CHECK_EQUAL(403U, refuse_foreign_host(request)->status);
  request.host = "localhost:8470";
  CHECK(!refuse_foreign_host(request).has_value());
}
