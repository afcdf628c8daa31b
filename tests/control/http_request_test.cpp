#include "control/http_request.hpp"

#include <CppUTest/TestHarness.h>

#include <boost/beast/http/field.hpp>

using namespace tarsier;
namespace http = boost::beast::http;

namespace {

http::request_header<http::fields> header(const std::string& target) {
  http::request_header<http::fields> message;
  message.method(http::verb::get);
  message.target(target);
  message.set(http::field::host, "localhost");
  return message;
}

}  // namespace

TEST_GROUP(HttpRequest){};

TEST(HttpRequest, a_target_is_split_at_its_question_mark) {
  const auto request = request_from(header("/v1/rows?limit=1?2"));
  CHECK_EQUAL(std::string("/v1/rows"), request->path);
  CHECK_EQUAL(std::string("limit=1?2"), request->query);
}

TEST(HttpRequest, a_target_may_be_a_whole_url) {
  CHECK_EQUAL(std::string("/v1/status"), request_from(header("http://elsewhere/v1/status"))->path);
  CHECK_EQUAL(std::string("/"), request_from(header("HTTPS://elsewhere"))->path);
}

TEST(HttpRequest, another_target_is_refused) {
  for (const std::string target : {"", "*", "v1/status", "ftp://elsewhere/"})
    CHECK_TEXT(!request_from(header(target)).has_value(), target.c_str());
}

TEST(HttpRequest, a_content_type_is_compared_without_case_and_parameters) {
  auto message = header("/");
  message.set(http::field::content_type, "Application/JSON ; charset=utf-8");
  CHECK_EQUAL(std::string("application/json"), request_from(message)->content_type);
}

TEST(HttpRequest, a_header_that_could_be_read_two_ways_is_refused) {
  for (const auto name : {http::field::host, http::field::authorization, http::field::origin}) {
    auto message = header("/");
    message.insert(name, "one");
    message.insert(name, "two");
    CHECK(!request_from(message).has_value());
  }
  auto nameless = header("/");
  nameless.erase(http::field::host);
  CHECK(!request_from(nameless).has_value());
}

TEST(HttpRequest, the_loopback_has_many_addresses) {
  for (const std::string address : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"})
    CHECK_TEXT(is_loopback(address), address.c_str());
  for (const std::string address : {"10.0.0.1", "128.0.0.1", "::", "::ffff:10.0.0.1", "fe80::1", ""})
    CHECK_TEXT(!is_loopback(address), address.c_str());
}

TEST(HttpRequest, a_network_of_ipv6_is_one_client) {
  CHECK_EQUAL(network_of("2001:db8::1"), network_of("2001:db8::ffff:1"));
  CHECK(network_of("2001:db8:0:1::1") != network_of("2001:db8:0:2::1"));
  CHECK_EQUAL(std::string("10.0.0.1"), network_of("10.0.0.1"));
}
