#include "control/router.hpp"

#include <CppUTest/TestHarness.h>

#include <stdexcept>

#include "control/made_up_device.hpp"
#include "control/routes.hpp"

using namespace tarsier;

namespace {

Request request(const std::string& method, const std::string& path) { return {.method = method, .path = path}; }

// Replies the parameters of the path and the arguments of the query.
Handler echo() {
  return [](const Request& asked, const Reply& reply) {
    reply(json_response({{"parameters", asked.parameters}, {"arguments", asked.arguments}}));
  };
}

}  // namespace

TEST_GROUP(Router) {
  MadeUpDevice device;
  Router device_router = control_routes(device);
  Router router;

  void add(const std::string& path, Handler handler, std::vector<QueryParameter> query = {}) {
    router.add({"GET", path, Role::read, {.summary = "for a test", .query = std::move(query)}, std::move(handler)});
  }
  Json echoed(const std::string& path, const std::string& query = "") {
    Request asked = request("GET", path);
    asked.query = query;
    return Json::parse(ask(router, asked).text());
  }
};

TEST(Router, an_unknown_path_is_a_problem_document) {
  const auto response = ask(device_router, request("GET", "/v2/status"));
  CHECK_EQUAL(404U, response.status);
  CHECK_EQUAL(std::string("application/problem+json"), response.content_type);
  const auto document = Json::parse(response.text());
  for (const auto* member : {"type", "title", "status", "detail", "instance"})
    CHECK_TEXT(document.contains(member), member);
  CHECK_EQUAL(std::string("/v2/status"), document["instance"].get<std::string>());
}

TEST(Router, another_method_is_told_which_are_allowed) {
  const auto response = ask(device_router, request("POST", "/v1/status"));
  CHECK_EQUAL(405U, response.status);
  CHECK_EQUAL(std::string("Allow"), response.headers.at(0).first);
  CHECK_EQUAL(std::string("GET, HEAD"), response.headers.at(0).second);
}

TEST(Router, a_handler_that_throws_is_an_answer_of_500_without_its_words) {
  add("/x", [](const Request&, const Reply&) { throw std::runtime_error("the secret"); });
  const auto response = ask(router, request("GET", "/x"));
  CHECK_EQUAL(500U, response.status);
  CHECK(response.text().find("secret") == std::string_view::npos);
}

TEST(Router, a_name_in_braces_is_one_segment_decoded) {
  add("/runs/{run}", echo());
  CHECK_EQUAL(std::string("caf\xc3\xa9 1"), echoed("/runs/caf%C3%A9%201")["parameters"]["run"].get<std::string>());
  CHECK_EQUAL(404U, ask(router, request("GET", "/runs/a/b")).status);
  CHECK_EQUAL(404U, ask(router, request("GET", "/runs/")).status);
}

TEST(Router, a_name_with_dots_is_the_rest_of_the_path) {
  add("/runs/{run}/files/{path...}", echo());
  const auto parameters = echoed("/runs/night/files/plate/one.h5")["parameters"];
  CHECK_EQUAL(std::string("night"), parameters["run"].get<std::string>());
  CHECK_EQUAL(std::string("plate/one.h5"), parameters["path"].get<std::string>());
}

TEST(Router, malformed_coding_and_coded_slashes_are_refused_with_400) {
  add("/runs/{run}/files/{path...}", echo());
  for (const std::string path : {"/runs/%/files/a", "/runs/%zz/files/a", "/runs/%00/files/a", "/runs/%ff/files/a",
                                 "/runs/a%2fb/files/a", "/runs/a/files/..%2f..%2fetc", "/runs/a/files/%c0%ae%c0%ae"})
    CHECK_EQUAL_TEXT(400U, ask(router, request("GET", path)).status, path.c_str());
}

TEST(Router, arguments_are_typed_and_have_their_defaults) {
  add("/rows", echo(),
      {{"limit", "", {{"type", "integer"}, {"minimum", 1}, {"maximum", 9}, {"default", 5}}},
       {"rate", "", {{"type", "number"}}},
       {"all", "", {{"type", "boolean"}}}});
  CHECK(echoed("/rows")["arguments"] == (Json{{"limit", 5}}));
  CHECK(echoed("/rows", "rate=0.5&limit=9&all=1")["arguments"] == (Json{{"rate", 0.5}, {"limit", 9}, {"all", true}}));
}

TEST(Router, arguments_that_are_unknown_double_or_out_of_range_are_refused) {
  add("/rows", echo(),
      {{"limit", "", {{"type", "integer"}, {"minimum", 1}, {"maximum", 9}}},
       {"kind", "", {{"type", "string"}, {"enum", {"mean", "max"}}}}});
  for (const std::string query : {"limt=1", "limit=0", "limit=10", "limit=-1", "limit=1e9", "limit=", "limit=1&limit=2",
                                  "kind=other", "limit=99999999999999999999", "kind=%zz"}) {
    Request asked = request("GET", "/rows");
    asked.query = query;
    CHECK_EQUAL_TEXT(400U, ask(router, asked).status, query.c_str());
  }
}

TEST(Router, text_that_is_not_utf8_is_still_json) {
  const auto response = json_response({{"name", "caf\xe9"}});
  CHECK(!Json::parse(response.text(), nullptr, false).is_discarded());
}
