#include "base/host_port.hpp"

#include <CppUTest/TestHarness.h>

#include <string>

using namespace tarsier;

TEST_GROUP(HostPort){};

TEST(HostPort, a_name_and_a_port_are_told_apart) {
  CHECK(parse_host_port("pi-left.local:80") == (HostPort{"pi-left.local", 80}));
}

TEST(HostPort, an_ipv6_address_stands_in_brackets) { CHECK(parse_host_port("[::1]:8470") == (HostPort{"::1", 8470})); }

TEST(HostPort, without_a_port_the_default_is_taken) {
  CHECK(parse_host_port("127.0.0.1") == (HostPort{"127.0.0.1", 8470}));
  CHECK(parse_host_port("[::1]", 9) == (HostPort{"::1", 9}));
}

TEST(HostPort, what_is_not_an_address_is_refused_as_wrong_use) {
  for (const std::string text :
       {"", ":80", "a:", "a:b", "a:65536", "a:80x", "a:-1", "[::1", "[]:1", "[::1]80", "::1", "a b:1"}) {
    const auto parsed = parse_host_port(text);
    CHECK_TEXT(!parsed.has_value(), text.c_str());
    CHECK(parsed.error().wrong_use);
    STRCMP_CONTAINS("127.0.0.1:8470", parsed.error().message.c_str());
  }
}

TEST(HostPort, written_again_it_reads_the_same) {
  for (const std::string text : {"localhost:1", "127.0.0.1:8470", "[::1]:65535"})
    CHECK_EQUAL(text, to_text(parse_host_port(text).value()));
}
