#include "control/run_routes.hpp"

#include <CppUTest/TestHarness.h>

#include "control/made_up_device.hpp"

using namespace tarsier;

TEST_GROUP(RunRoutes) {
  MadeUpDevice device;
  Router router;

  void setup() override { add_run_routes(router, device); }
  Response post(const std::string& path, const std::string& body = "") {
    Request request{.method = "POST", .path = path};
    request.body = body;
    return ask(router, request);
  }
};

TEST(RunRoutes, a_run_begins_with_or_without_a_duration) {
  CHECK_EQUAL(201U, post("/v1/runs").status);
  const auto response = post("/v1/runs", R"({"duration_s": 60})");
  CHECK_EQUAL(201U, response.status);
  CHECK_EQUAL(std::string("night-1"), Json::parse(response.text())["run"].get<std::string>());
  CHECK(device.asked == (std::vector<std::string>{"start without end", "start 60.0"}));
}

TEST(RunRoutes, a_duration_that_is_none_is_refused) {
  for (const std::string body : {R"({"duration_s": -1})", R"({"duration_s": "60"})", R"({"duration": 60})", "7"})
    CHECK_EQUAL_TEXT(422U, post("/v1/runs", body).status, body.c_str());
  CHECK_EQUAL(400U, post("/v1/runs", "{").status);
  CHECK(device.asked.empty());
}

TEST(RunRoutes, stop_rotate_and_mark_reach_the_device) {
  CHECK_EQUAL(200U, post("/v1/runs/current/stop").status);
  CHECK_EQUAL(200U, post("/v1/runs/current/rotate", "{}").status);
  CHECK_EQUAL(201U, post("/v1/runs/current/marks", R"({"text": "fed"})").status);
  CHECK(device.asked == (std::vector<std::string>{"stop", "rotate", "mark fed"}));
}

TEST(RunRoutes, a_remark_has_1_to_63_bytes) {
  CHECK_EQUAL(201U, post("/v1/runs/current/marks", Json{{"text", std::string(63, 'x')}}.dump()).status);
  for (const auto& text : {std::string(), std::string(64, 'x'), std::string("a\0b", 3)})
    CHECK_EQUAL(422U, post("/v1/runs/current/marks", Json{{"text", text}}.dump()).status);
  CHECK_EQUAL(422U, post("/v1/runs/current/marks", "{}").status);
}

TEST(RunRoutes, what_the_device_refuses_is_a_problem_with_its_status) {
  device.answer = tl::make_unexpected(Refusal{409, "nothing is recorded; start a run first"});
  const auto response = post("/v1/runs/current/stop");
  CHECK_EQUAL(409U, response.status);
  STRCMP_CONTAINS("start a run first", std::string(response.text()).c_str());
}
