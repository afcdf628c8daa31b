#include "client/http_client.hpp"

#include <CppUTest/TestHarness.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "base/unique_fd.hpp"

using namespace tarsier;

// A listener that answers its first connection with what it was given, or with silence.
TEST_GROUP(HttpClient) {
  UniqueFd listener;
  HostPort address{"127.0.0.1", 0};
  std::thread thread;

  void setup() override {
    listener.reset(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof own;
    CHECK_EQUAL(0, ::bind(listener.get(), reinterpret_cast<sockaddr*>(&own), size));
    ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&own), &size);
    address.port = ntohs(own.sin_port);
  }
  void teardown() override {
    if (thread.joinable()) thread.join();
  }

  void answer(const std::string& text) {
    ::listen(listener.get(), 1);
    thread = std::thread([this, text] {
      const UniqueFd connection(::accept(listener.get(), nullptr, nullptr));
      std::array<char, 4096> request{};
      [[maybe_unused]] const auto received = ::recv(connection.get(), request.data(), request.size(), 0);
      [[maybe_unused]] const auto sent = ::send(connection.get(), text.data(), text.size(), MSG_NOSIGNAL);
    });
  }
};

TEST(HttpClient, a_good_answer_is_its_document) {
  answer("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"state\": \"idle\"}");
  const auto document = get_json(address, "/v1/status");
  CHECK(document.has_value());
  CHECK_EQUAL(std::string("idle"), (*document)["state"].get<std::string>());
}

TEST(HttpClient, a_daemon_that_is_not_there_is_named_with_its_remedy) {
  const auto refused = get_json(address, "/v1/status");
  CHECK(!refused.has_value());
  CHECK(!refused.error().wrong_use);
  const auto expected = "no daemon answers at " + to_text(address) + "; start tarsierd or name its address with --at";
  CHECK_EQUAL(expected, refused.error().message);
}

TEST(HttpClient, a_daemon_that_never_answers_is_given_up) {
  ::listen(listener.get(), 1);
  const auto refused = get_json(address, "/v1/status", std::chrono::milliseconds(50));
  CHECK(!refused.has_value());
  STRCMP_CONTAINS("did not answer within 0.1 s", refused.error().message.c_str());
}

TEST(HttpClient, the_detail_of_a_refusal_is_passed_on) {
  answer("HTTP/1.1 404 Not Found\r\nContent-Length: 31\r\n\r\n{\"detail\": \"no such run; look\"}\n");
  const auto refused = get_json(address, "/v1/runs/x");
  CHECK(!refused.has_value());
  STRCMP_CONTAINS("404: no such run; look", refused.error().message.c_str());
}

TEST(HttpClient, an_answer_that_is_not_json_is_an_error) {
  answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>");
  const auto refused = get_json(address, "/");
  CHECK(!refused.has_value());
  STRCMP_CONTAINS("not in JSON", refused.error().message.c_str());
}

TEST(HttpClient, an_answer_that_breaks_off_is_an_error) {
  answer("HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n{");
  CHECK(!get_json(address, "/").has_value());
}

TEST(HttpClient, a_name_that_nobody_knows_is_an_error) {
  const auto refused = get_json({"no-such-host.invalid", 1}, "/");
  CHECK(!refused.has_value());
  STRCMP_CONTAINS("no-such-host.invalid:1", refused.error().message.c_str());
}
