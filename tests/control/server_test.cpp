#include "control/server.hpp"

#include <CppUTest/TestHarness.h>

#include <future>
#include <optional>
#include <string>
#include <vector>

#include "control/made_up_device.hpp"
#include "control/routes.hpp"
#include "support/raw_connection.hpp"

using namespace tarsier;

namespace {

const std::string status_request = "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
const std::string write_header = "POST /v1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const std::string last_request = "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

// GET /v1/status alone, answered by `handler`.
Router router_of(Handler handler) {
  Router router;
  router.add({"GET", "/v1/status", Role::read, {.summary = "for a test"}, std::move(handler)});
  return router;
}

}  // namespace

TEST_GROUP(Server) {
  MadeUpDevice device;
  std::unique_ptr<Server> server;

  void start(ServerLimits limits = {}) {
    auto started = Server::start({.listen = "127.0.0.1:0", .limits = limits}, control_routes(device));
    CHECK(started.has_value());
    server = std::move(*started);
  }
  // POST /v1/notes, which echoes.
  void start_with_writes(ServerLimits limits = {}) {
    Router router;
    router.add({"POST",
                "/v1/notes",
                Role::control,
                {.summary = "for a test"},
                [](const Request& request, const Reply& reply) {
                  reply({200, "text/plain", request.body, {}});
                },
                {"application/json"}});
    auto started = Server::start({.listen = "127.0.0.1:0", .limits = limits}, std::move(router));
    CHECK(started.has_value());
    server = std::move(*started);
  }
  std::string answer_to(const std::string& request) {
    RawConnection connection(server->port());
    connection.send(request);
    return connection.read();
  }
};

TEST(Server, a_request_gets_the_response_of_its_handler) {
  start();
  const auto text = answer_to(last_request);
  CHECK(starts_with(text, "HTTP/1.1 200 OK\r\n"));
  STRCMP_CONTAINS("\"state\": \"recording\"", text.c_str());
}

TEST(Server, one_connection_serves_many_requests) {
  start();
  RawConnection connection(server->port());
  for (int i = 0; i < 3; ++i) {
    connection.send(status_request);
    CHECK(starts_with(connection.read("}\n"), "HTTP/1.1 200 OK\r\n"));
  }
}

TEST(Server, requests_sent_at_once_are_answered_in_turn) {
  start();
  const auto text = answer_to("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n" + last_request);
  CHECK(starts_with(text, "HTTP/1.1 404"));
  CHECK(text.find("HTTP/1.1 200") != std::string::npos);
}

TEST(Server, head_has_the_length_but_no_body) {
  start();
  const auto text = answer_to("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  STRCMP_CONTAINS("Content-Length: 27", text.c_str());
  CHECK(text.ends_with("\r\n\r\n"));
}

TEST(Server, a_foreign_host_is_refused) {
  start();
  const auto text = answer_to("GET /v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  CHECK(starts_with(text, "HTTP/1.1 403"));
}

TEST(Server, a_request_without_a_host_is_refused) {
  start();
  CHECK(starts_with(answer_to("GET /v1/status HTTP/1.1\r\n\r\n"), "HTTP/1.1 400"));
}

TEST(Server, what_is_not_http_is_refused) {
  start();
  CHECK(starts_with(answer_to("\x16\x03\x01 hello\r\n\r\n"), "HTTP/1.1 400"));
}

TEST(Server, a_header_over_its_limit_is_refused) {
  start();
  const auto text = answer_to("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + std::string(20000, 'a') + "\r\n\r\n");
  CHECK(starts_with(text, "HTTP/1.1 431"));
}

TEST(Server, a_body_over_its_limit_is_refused) {
  start();
  start_with_writes();
  const auto text = answer_to(write_header + "Content-Length: 65537\r\n\r\n" + std::string(65537, 'a'));
  CHECK(starts_with(text, "HTTP/1.1 413"));
}

TEST(Server, a_chunked_body_over_its_limit_is_refused) {
  start_with_writes();
  const auto text = answer_to(write_header + "Transfer-Encoding: chunked\r\n\r\n10001\r\n" + std::string(0x10001, 'a') +
                              "\r\n0\r\n\r\n");
  CHECK(starts_with(text, "HTTP/1.1 413"));
}

TEST(Server, a_body_arrives_whole_however_it_is_sent) {
  start_with_writes();
  const std::string body(40000, 'b');
  const auto length = answer_to(write_header + "Connection: close\r\nContent-Length: 40000\r\n\r\n" + body);
  CHECK(length.ends_with("\r\n\r\n" + body));
  const auto chunked = answer_to(write_header + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + "4e20\r\n" +
                                 body.substr(0, 20000) + "\r\n4e20\r\n" + body.substr(20000) + "\r\n0\r\n\r\n");
  CHECK(chunked.ends_with("\r\n\r\n" + body));
}

TEST(Server, a_client_that_waits_for_a_word_is_told_to_go_on) {
  start_with_writes();
  RawConnection connection(server->port());
  connection.send(write_header + "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(starts_with(connection.read("\r\n\r\n"), "HTTP/1.1 100"));
  connection.send("{}");
  CHECK(connection.read().ends_with("\r\n\r\n{}"));
}

TEST(Server, a_chunk_that_is_nonsense_is_refused) {
  start_with_writes();
  CHECK(starts_with(answer_to(write_header + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), "HTTP/1.1 400"));
  CHECK(starts_with(answer_to(write_header + "Transfer-Encoding: chunked\r\n\r\n" + std::string(20000, '0')),
                    "HTTP/1.1 400"));
}

TEST(Server, a_write_needs_json_even_without_a_body) {
  start_with_writes();
  const auto form = answer_to(
      "POST /v1/notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
  CHECK(starts_with(form, "HTTP/1.1 415"));
  const auto nothing = answer_to("POST /v1/notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  CHECK(starts_with(nothing, "HTTP/1.1 415"));
}

TEST(Server, a_web_page_of_another_origin_is_refused) {
  start();
  const auto text = answer_to(
      "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n");
  CHECK(starts_with(text, "HTTP/1.1 403"));
}

TEST(Server, thousands_of_requests_sent_at_once_are_all_answered) {
  start();
  constexpr int requests = 2000;
  std::string many;
  for (int i = 1; i < requests; ++i) many += "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  RawConnection connection(server->port());
  auto sender = std::async(std::launch::async, [&] { connection.send(many + last_request); });
  const auto text = connection.read();
  sender.get();
  int answers = 0;
  for (auto at = text.find("HTTP/1.1 200"); at != std::string::npos; at = text.find("HTTP/1.1 200", at + 1)) ++answers;
  CHECK_EQUAL(requests, answers);
}

TEST(Server, a_request_that_never_ends_is_cut_off_at_its_deadline) {
  ServerLimits limits;
  limits.request = std::chrono::milliseconds(50);
  start(limits);
  CHECK(answer_to("GET /v1/status HTT").empty());
}

TEST(Server, a_connection_that_says_nothing_more_is_closed) {
  ServerLimits limits;
  limits.idle = std::chrono::milliseconds(50);
  start(limits);
  RawConnection connection(server->port());
  connection.send(status_request);
  CHECK(!connection.read().empty());
  CHECK(connection.ended());
}

TEST(Server, connections_over_their_limit_are_told_to_come_back) {
  ServerLimits limits;
  limits.connections = 2;
  start(limits);
  RawConnection first(server->port());
  RawConnection second(server->port());
  first.send(status_request);
  second.send(status_request);
  CHECK(!first.read("}\n").empty());
  CHECK(!second.read("}\n").empty());
  RawConnection third(server->port());
  CHECK(starts_with(third.read(), "HTTP/1.1 503"));
}

TEST(Server, one_address_cannot_keep_another_out) {
  ServerLimits limits;
  limits.connections = 4;
  limits.per_address = 3;
  start(limits);
  std::vector<std::unique_ptr<RawConnection>> crowd;
  for (int i = 0; i < 8; ++i) {
    crowd.push_back(std::make_unique<RawConnection>(server->port(), i < 4 ? "127.0.0.2" : "127.0.0.3"));
    crowd.back()->send("GET /v1/sta");
  }
  RawConnection friendly(server->port());
  friendly.send(last_request);
  CHECK(starts_with(friendly.read(), "HTTP/1.1 200"));
}

TEST(Server, its_cost_follows_its_limits) {
  ServerLimits limits;
  const auto usual = Server::cost(limits);
  CHECK(usual < mebibytes(32));
  limits.in_flight = limits.in_flight + mebibytes(1);
  CHECK(Server::cost(limits) == usual + mebibytes(1));
}

TEST(Server, its_end_closes_idle_connections_and_the_port) {
  start();
  RawConnection idle(server->port());
  idle.send(status_request);
  CHECK(!idle.read("}\n").empty());
  const auto port = server->port();
  server.reset();
  CHECK(idle.read().empty());
  CHECK(!RawConnection(port).connected());
}

TEST(Server, its_end_lets_a_request_under_way_finish) {
  std::promise<void> entered;
  std::promise<void> leave;
  auto slow = Server::start({.listen = "127.0.0.1:0"}, router_of([&](const Request&, const Reply& reply) {
                              entered.set_value();
                              leave.get_future().wait();
                              reply(json_response({{"state", "recording"}}));
                            }));
  RawConnection connection((*slow)->port());
  connection.send(status_request);
  entered.get_future().wait();
  auto ended = std::async(std::launch::async, [&] { slow->reset(); });
  leave.set_value();
  CHECK(starts_with(connection.read(), "HTTP/1.1 200"));
  ended.get();
}

TEST(Server, a_reply_may_come_later_from_another_thread) {
  std::promise<Reply> asked;
  auto slow = Server::start({.listen = "127.0.0.1:0"},
                            router_of([&](const Request&, Reply reply) { asked.set_value(std::move(reply)); }));
  RawConnection connection((*slow)->port());
  connection.send(last_request);
  asked.get_future().get()(json_response({{"state", "late"}}));
  STRCMP_CONTAINS("late", connection.read().c_str());
}

TEST(Server, a_reply_to_a_client_that_has_gone_is_no_error) {
  std::promise<Reply> asked;
  auto slow = Server::start({.listen = "127.0.0.1:0"},
                            router_of([&](const Request&, Reply reply) { asked.set_value(std::move(reply)); }));
  {
    RawConnection connection((*slow)->port());
    connection.send(last_request);
    connection.send("");
  }
  const auto late = asked.get_future().get();
  late(json_response({{"state", "late"}}));
  slow->reset();
  late(json_response({{"state", "later than the server"}}));
}

TEST(Server, a_handler_that_never_replies_is_an_answer_of_504) {
  ServerLimits limits;
  limits.answer = std::chrono::milliseconds(50);
  auto slow =
      Server::start({.listen = "127.0.0.1:0", .limits = limits}, router_of([](const Request&, const Reply&) {}));
  RawConnection connection((*slow)->port());
  connection.send(last_request);
  CHECK(starts_with(connection.read(), "HTTP/1.1 504"));
}

TEST(Server, addresses_of_other_machines_are_refused_without_tokens) {
  for (const std::string listen : {"0.0.0.0:0", "[::]:0", "192.168.0.4:8470"}) {
    const auto refused = Server::start({.listen = listen}, Router{});
    CHECK_TEXT(!refused.has_value(), listen.c_str());
    CHECK(refused.error().wrong_use);
    STRCMP_CONTAINS("tarsier token new", refused.error().message.c_str());
  }
}

TEST(Server, an_address_that_is_none_is_refused) {
  const auto refused = Server::start({.listen = "8470"}, Router{});
  CHECK(!refused.has_value());
  STRCMP_CONTAINS("8470", refused.error().message.c_str());
}

TEST(Server, a_port_in_use_is_a_failure_that_says_what_to_do) {
  start();
  const auto refused = Server::start({.listen = "127.0.0.1:" + std::to_string(server->port())}, Router{});
  CHECK(!refused.has_value());
  CHECK(!refused.error().wrong_use);
  STRCMP_CONTAINS("choose another port", refused.error().message.c_str());
}

TEST(Server, it_listens_on_ipv6_too) {
  const auto started = Server::start({.listen = "[::1]:0"}, Router{});
  // A machine without IPv6 says so; it does not crash.
  if (!started) STRCMP_CONTAINS("[::1]:0", started.error().message.c_str());
}
