#include "control/router.hpp"

#include <CppUTest/TestHarness.h>

#include <stdexcept>

#include "control/routes.hpp"

using namespace tarsier;

namespace {

Request request(const std::string& method, const std::string& path) { return {method, path, "", "localhost", ""}; }

Router router_in_state(const std::string& state) {
  return control_routes([state] { return Json{{"state", state}, {"run", "night-1"}}; });
}

}  // namespace

TEST_GROUP(Router){};

TEST(Router, an_unknown_path_is_a_problem_document) {
  const auto response = router_in_state("idle")(request("GET", "/v2/status"));
  CHECK_EQUAL(404U, response.status);
  CHECK_EQUAL(std::string("application/problem+json"), response.content_type);
  const auto document = Json::parse(response.body);
  for (const auto* member : {"type", "title", "status", "detail", "instance"})
    CHECK_TEXT(document.contains(member), member);
  CHECK_EQUAL(std::string("/v2/status"), document["instance"].get<std::string>());
}

TEST(Router, another_method_is_told_which_are_allowed) {
  const auto response = router_in_state("idle")(request("POST", "/v1/status"));
  CHECK_EQUAL(405U, response.status);
  CHECK_EQUAL(std::string("Allow"), response.headers.at(0).first);
  CHECK_EQUAL(std::string("GET, HEAD"), response.headers.at(0).second);
}

TEST(Router, a_handler_that_throws_is_an_answer_of_500) {
  Router router;
  router.add("GET", "/x", [](const Request&) -> Response { throw std::runtime_error("no"); });
  CHECK_EQUAL(500U, router(request("GET", "/x")).status);
}

TEST(Router, text_that_is_not_utf8_is_still_json) {
  const auto response = json_response({{"name", "caf\xe9"}});
  CHECK(!Json::parse(response.body, nullptr, false).is_discarded());
}
