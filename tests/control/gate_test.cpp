#include "control/gate.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

constexpr Peer here{true, false};
constexpr Peer elsewhere{false, true};

Request request_to(const std::string& host, const std::string& origin = "") {
  return {.method = "GET", .path = "/v1/status", .host = host, .origin = origin};
}

unsigned status_of(const std::optional<Response>& refused) { return refused ? refused->status : 200; }

Route route_for(Role needs, std::vector<std::string> content_types = {}) {
  return {"GET", "/v1/status", needs, {.summary = "for a test"}, {}, std::move(content_types)};
}

}  // namespace

TEST_GROUP(Gate) {
  TemporaryFolder folder;
  NewToken reader = *new_token(Role::read, "reader");
  Gate gate{tokens()};

  std::unique_ptr<Tokens> tokens() {
    std::ofstream(folder / "tokens") << reader.line;
    ::chmod((folder / "tokens").c_str(), 0600);
    return *Tokens::open(system_files(), folder / "tokens");
  }
};

TEST(Gate, a_client_on_this_machine_needs_no_token) {
  Request request = request_to("localhost:8470");
  CHECK_EQUAL(200U, status_of(gate.refuse_client(request, "", here)));
  CHECK(request.role == Role::control);
}

TEST(Gate, a_client_on_this_machine_must_call_it_by_a_name_of_the_loopback) {
  Request request = request_to("pi.evil.example:8470");
  CHECK_EQUAL(403U, status_of(gate.refuse_client(request, "", here)));
}

TEST(Gate, another_machine_has_the_role_of_its_token) {
  Request request = request_to("pi-left:8470");
  CHECK_EQUAL(200U, status_of(gate.refuse_client(request, "Bearer " + reader.token, elsewhere)));
  CHECK(request.role == Role::read);
}

TEST(Gate, another_machine_without_a_token_has_no_role) {
  Request request = request_to("pi-left:8470");
  CHECK_EQUAL(200U, status_of(gate.refuse_client(request, "", elsewhere)));
  CHECK(request.role == Role::none);
  CHECK_EQUAL(401U, status_of(refuse_use(request, route_for(Role::read), false)));
  CHECK_EQUAL(200U, status_of(refuse_use(request, route_for(Role::none), false)));
}

TEST(Gate, a_wrong_token_is_refused_and_not_repeated) {
  Request request = request_to("pi-left:8470");
  const auto refused = gate.refuse_client(request, "Bearer guess", elsewhere);
  CHECK_EQUAL(401U, status_of(refused));
  CHECK(refused->text().find("guess") == std::string_view::npos);
}

TEST(Gate, a_token_is_refused_where_there_are_none) {
  Gate bare;
  Request request = request_to("pi-left:8470");
  CHECK_EQUAL(401U, status_of(bare.refuse_client(request, "Bearer " + reader.token, elsewhere)));
}

TEST(Gate, another_machine_must_use_tls_where_it_is_spoken) {
  Gate strict{tokens(), true};
  Request request = request_to("pi-left:8470");
  CHECK_EQUAL(403U, status_of(strict.refuse_client(request, "Bearer " + reader.token, {false, false})));
  CHECK(request.role == Role::none);
  CHECK_EQUAL(200U, status_of(strict.refuse_client(request, "Bearer " + reader.token, elsewhere)));
}

TEST(Gate, a_page_of_another_origin_is_refused_whoever_asks) {
  for (const std::string origin : {"http://evil.example", "null", "http://localhost:1", "https://localhost:8470",
                                   "http://localhost:8470.evil.example", "file://"}) {
    Request request = request_to("localhost:8470", origin);
    CHECK_EQUAL_TEXT(403U, status_of(gate.refuse_client(request, "", here)), origin.c_str());
  }
  Request remote = request_to("pi-left:8470", "https://evil.example");
  CHECK_EQUAL(403U, status_of(gate.refuse_client(remote, "Bearer " + reader.token, elsewhere)));
}

TEST(Gate, a_page_of_this_server_may_ask) {
  Request request = request_to("localhost:8470", "http://LOCALHOST:8470");
  CHECK_EQUAL(200U, status_of(gate.refuse_client(request, "", here)));
  Request secure = request_to("localhost:8470", "https://localhost:8470");
  CHECK_EQUAL(200U, status_of(gate.refuse_client(secure, "", {true, true})));
}

TEST(Gate, reading_does_not_allow_control) {
  Request request = request_to("pi-left:8470");
  request.role = Role::read;
  CHECK_EQUAL(403U, status_of(refuse_use(request, route_for(Role::control), false)));
  CHECK_EQUAL(200U, status_of(refuse_use(request, route_for(Role::read), false)));
}

TEST(Gate, writes_and_bodies_need_a_content_type_of_the_route) {
  const auto route = route_for(Role::control, {"application/json"});
  Request request = request_to("localhost");
  request.method = "POST";
  CHECK_EQUAL(415U, status_of(refuse_use(request, route, false)));
  request.content_type = "text/plain";
  CHECK_EQUAL(415U, status_of(refuse_use(request, route, true)));
  request.content_type = "application/json";
  CHECK_EQUAL(200U, status_of(refuse_use(request, route, true)));
}

TEST(Gate, a_body_where_none_is_expected_is_refused) {
  CHECK_EQUAL(413U, status_of(refuse_use(request_to("localhost"), route_for(Role::read), true)));
}
