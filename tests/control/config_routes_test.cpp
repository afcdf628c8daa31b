#include "control/config_routes.hpp"

#include <CppUTest/TestHarness.h>

#include "control/made_up_device.hpp"

using namespace tarsier;

TEST_GROUP(ConfigRoutes) {
  MadeUpDevice device;
  Router router;

  void setup() override {
    device.present = {7, {{"experiment", "night"}}};
    device.config_answer.accepted = true;
    device.config_answer.generation = 8;
    add_config_routes(router, device, std::make_shared<Worker>("test"));
  }
  Response send(const std::string& method, const std::string& path, const std::string& body = "",
                const std::string& type = "application/json", const std::string& if_match = "") {
    Request request{.method = method, .path = path};
    request.content_type = type;
    request.body = body;
    request.if_match = if_match;
    request.peer = "10.0.0.7";
    return ask_and_wait(router, request);
  }
  std::string header(const Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return "";
  }
};

TEST(ConfigRoutes, the_rig_comes_with_its_generation) {
  const auto response = send("GET", "/v1/config");
  CHECK(Json::parse(response.text()) == device.present.document);
  CHECK_EQUAL(std::string("\"7\""), header(response, "ETag"));
}

TEST(ConfigRoutes, a_rig_that_is_known_is_not_sent_again) {
  Request request{.method = "GET", .path = "/v1/config"};
  request.if_none_match = "\"7\"";
  CHECK_EQUAL(304U, ask(router, request).status);
}

TEST(ConfigRoutes, put_hands_the_whole_document_over) {
  const auto response = send("PUT", "/v1/config", R"({"experiment": "day"})", "application/json", "\"7\"");
  CHECK_EQUAL(200U, response.status);
  CHECK_EQUAL(std::string("\"8\""), header(response, "ETag"));
  CHECK(device.change.kind == ChangeKind::whole);
  CHECK(device.change.document == (Json{{"experiment", "day"}}));
  CHECK(device.change.expected == 7U);
  CHECK(!device.change.local && !device.change.dry_run);
  CHECK_EQUAL(std::string("PUT from 10.0.0.7"), device.change.origin);
}

TEST(ConfigRoutes, the_content_type_says_what_kind_of_patch_it_is) {
  CHECK_EQUAL(200U, send("PATCH", "/v1/config", "{}", "application/merge-patch+json").status);
  CHECK(device.change.kind == ChangeKind::merge_patch);
  CHECK_EQUAL(200U, send("PATCH", "/v1/config", "[]", "application/json-patch+json").status);
  CHECK(device.change.kind == ChangeKind::json_patch);
}

TEST(ConfigRoutes, a_tag_that_is_none_of_ours_is_never_the_present_one) {
  for (const std::string tag : {"W/\"7\"", "7", "\"x\"", "\"\"", "\"7"}) {
    CHECK_EQUAL(200U, send("PUT", "/v1/config", "{}", "application/json", tag).status);
    CHECK_TEXT(device.change.expected == 0U, tag.c_str());
  }
  CHECK_EQUAL(200U, send("PUT", "/v1/config", "{}", "application/json", "*").status);
  CHECK(!device.change.expected.has_value());
}

TEST(ConfigRoutes, validating_is_a_dry_run) {
  device.config_answer.needs_arm = true;
  CHECK_EQUAL(200U, send("POST", "/v1/config/validate", "{}").status);
  CHECK(device.change.dry_run);
}

TEST(ConfigRoutes, text_that_is_no_json_never_reaches_the_device) {
  const std::string deep = std::string(10000, '[') + std::string(10000, ']');
  for (const std::string& body : {std::string(), std::string("{"), std::string("{\"a\": 1, \"a\": 2}"), deep})
    CHECK_EQUAL(400U, send("PUT", "/v1/config", body).status);
  CHECK(device.asked.empty());
}

TEST(ConfigRoutes, all_problems_come_at_once_with_422) {
  device.config_answer = {};
  device.config_answer.problems = {{"/cameras/0/gian", "unknown key"}, {"/store", "is missing"}};
  const auto response = send("PUT", "/v1/config", "{}");
  CHECK_EQUAL(422U, response.status);
  CHECK_EQUAL(std::string("application/problem+json"), response.content_type);
  const auto problems = Json::parse(response.text())["problems"];
  CHECK_EQUAL(2U, problems.size());
  CHECK_EQUAL(std::string("/cameras/0/gian"), problems[0]["pointer"].get<std::string>());
}

TEST(ConfigRoutes, each_refusal_has_its_status) {
  ConfigAnswer stale;
  stale.stale = true;
  CHECK_EQUAL(412U, to_response(stale, false, "").status);
  ConfigAnswer local;
  local.needs_local = true;
  local.refused_pointers = {"/store/directory"};
  CHECK_EQUAL(403U, to_response(local, false, "").status);
  ConfigAnswer armed;
  armed.needs_arm = true;
  armed.refused_pointers = {"/memory/budget_mib"};
  const auto conflict = to_response(armed, false, "");
  CHECK_EQUAL(409U, conflict.status);
  CHECK_EQUAL(std::string("/memory/budget_mib"), Json::parse(conflict.text())["pointers"][0].get<std::string>());
  ConfigAnswer no_patch;
  no_patch.not_a_patch = true;
  CHECK_EQUAL(422U, to_response(no_patch, false, "").status);
  ConfigAnswer unknown;
  unknown.no_such_generation = true;
  CHECK_EQUAL(404U, to_response(unknown, false, "").status);
  CHECK_EQUAL(503U, to_response({}, false, "").status);
}

TEST(ConfigRoutes, an_earlier_generation_can_be_read_and_taken_back) {
  CHECK_EQUAL(200U, send("GET", "/v1/config/history/7").status);
  CHECK_EQUAL(404U, send("GET", "/v1/config/history/6").status);
  CHECK_EQUAL(404U, send("GET", "/v1/config/history/99999999999").status);
  CHECK_EQUAL(200U, send("POST", "/v1/config/rollback", R"({"generation": 5})").status);
  Request local{.method = "POST", .path = "/v1/config/rollback"};
  local.content_type = "application/json";
  local.local = true;
  CHECK_EQUAL(200U, ask_and_wait(router, local).status);
  CHECK(device.asked == (std::vector<std::string>{"rollback from elsewhere 5", "rollback one"}));
}

TEST(ConfigRoutes, a_rollback_with_other_words_is_refused) {
  for (const std::string body : {R"({"to": 5})", R"({"generation": -1})", R"({"generation": "5"})", "[]"})
    CHECK_EQUAL_TEXT(422U, send("POST", "/v1/config/rollback", body).status, body.c_str());
  CHECK(device.asked.empty());
}
