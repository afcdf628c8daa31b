#include "control/live_session.hpp"

#include <CppUTest/TestHarness.h>

#include <memory>
#include <string>

#include "control/live_routes.hpp"
#include "control/made_up_device.hpp"
#include "control/server.hpp"
#include "support/raw_connection.hpp"

using namespace tarsier;

namespace {

const std::string accepted = "HTTP/1.1 101";

std::string upgrade(const std::string& more = "", const std::string& query = "?rate_hz=10") {
  return "GET /v1/live" + query +
         " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         more + "\r\n";
}

// A masked frame with a mask of zeros, of less than 126 bytes.
std::string frame(char opcode, const std::string& payload) {
  std::string bytes;
  bytes += static_cast<char>(0x80 | opcode);
  bytes += static_cast<char>(0x80 | payload.size());
  return bytes + std::string(4, '\0') + payload;
}

}  // namespace

TEST_GROUP(LiveSession) {
  MadeUpDevice device;
  std::unique_ptr<Server> server;
  std::unique_ptr<RawConnection> client;

  void setup() override { start({}); }
  void start(ServerLimits limits) {
    Router router;
    add_live_routes(router, device);
    server = std::move(*Server::start({.listen = "127.0.0.1:0", .limits = limits}, std::move(router)));
  }
  std::string open(const std::string& request) {
    client = std::make_unique<RawConnection>(server->port());
    client->send(request);
    return client->read("\r\n\r\n");
  }
};

TEST(LiveSession, a_subscriber_gets_a_status_at_each_tick) {
  CHECK(open(upgrade()).starts_with(accepted));
  for (int i = 0; i < 3; ++i) STRCMP_CONTAINS("\"status\":", client->read("\"lost\":0}").c_str());
}

TEST(LiveSession, a_page_of_another_origin_may_not_listen) {
  CHECK(open(upgrade("Origin: http://evil.example\r\n")).starts_with("HTTP/1.1 403"));
  CHECK(open(upgrade("Origin: http://localhost\r\n")).starts_with(accepted));
}

TEST(LiveSession, a_plain_request_is_told_that_this_is_a_websocket) {
  CHECK(open("GET /v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n").starts_with("HTTP/1.1 426"));
}

TEST(LiveSession, a_rate_out_of_range_is_refused) {
  for (const std::string query : {"?rate_hz=0", "?rate_hz=11", "?rate_hz=nan", "?rate_hz=x"})
    CHECK_TEXT(open(upgrade("", query)).starts_with("HTTP/1.1 400"), query.c_str());
}

TEST(LiveSession, a_camera_that_is_not_there_is_refused_by_its_name) {
  const auto refusal = open(upgrade("", "?cameras=plate-a,plate-b"));
  CHECK(refusal.starts_with("HTTP/1.1 404"));
  STRCMP_CONTAINS("there is no camera plate-b; there is plate-a", refusal.c_str());
  CHECK(open(upgrade("", "?cameras=plate-a")).starts_with(accepted));
}

TEST(LiveSession, a_slow_client_loses_messages_is_told_how_many_and_slows_nobody) {
  device.status_text = '"' + std::string(3 << 20, 'x') + '"';  // more than two do not fit into the sockets' buffers
  CHECK(open(upgrade()).starts_with(accepted));
  RawConnection quick(server->port());
  quick.send(upgrade());
  CHECK(quick.read("\r\n\r\n").starts_with(accepted));
  for (int tick = 0; tick < 8; ++tick) CHECK(quick.read("\"lost\":0}").find("\"lost\":0}") != std::string::npos);
  int messages = 0;
  std::string lost = "0";
  for (; lost == "0" && messages < 8; ++messages) {
    const auto message = client->read("}");
    lost = message.substr(message.find("\"lost\":") + 7, 1);
  }
  CHECK(lost != "0");
  CHECK(messages < 8);
}

TEST(LiveSession, a_message_that_is_too_long_ends_it) {
  CHECK(open(upgrade()).starts_with(accepted));
  std::string header("\x81\xff\x00\x00\x00\x00\x00\x10\x00\x00", 10);  // a mebibyte is announced
  client->send(header + std::string(4, '\0'));
  const auto rest = client->read();
  CHECK(client->ended());
}

TEST(LiveSession, a_flood_of_messages_or_pings_ends_it) {
  for (const char opcode : {'\x1', '\x9'}) {
    CHECK(open(upgrade()).starts_with(accepted));
    std::string flood;
    for (int i = 0; i < 101; ++i) flood += frame(opcode, "x");
    client->send(flood);
    const auto rest = client->read();
    CHECK(rest.size() < 100'000);  // it came to an end
  }
}

TEST(LiveSession, more_listeners_than_allowed_are_told_to_come_again) {
  ServerLimits limits;
  limits.live = 1;
  start(limits);
  CHECK(open(upgrade()).starts_with(accepted));
  RawConnection second(server->port());
  second.send(upgrade());
  CHECK(second.read("\r\n\r\n").starts_with("HTTP/1.1 503"));
}

TEST(LiveSession, the_servers_end_is_said) {
  CHECK(open(upgrade()).starts_with(accepted));
  server.reset();
  const auto rest = client->read();
  CHECK(rest.ends_with(std::string("\x88\x02\x03\xe9", 4)));  // close, going away
}
