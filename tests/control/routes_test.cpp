#include "control/routes.hpp"

#include <CppUTest/TestHarness.h>

#include "control/made_up_device.hpp"

using namespace tarsier;

namespace {

Response answer_in_state(const std::string& state, const std::string& method, const std::string& path) {
  MadeUpDevice device;
  device.state = state;
  return ask(control_routes(device), {.method = method, .path = path});
}

}  // namespace

TEST_GROUP(Routes){};

TEST(Routes, status_is_the_whole_document) {
  const auto response = answer_in_state("recording", "GET", "/v1/status");
  CHECK_EQUAL(200U, response.status);
  CHECK_EQUAL(std::string("application/json"), response.content_type);
  CHECK_EQUAL(std::string("night-1"), Json::parse(response.text())["run"].get<std::string>());
}

TEST(Routes, health_is_the_state_alone) {
  const auto response = answer_in_state("recording", "GET", "/healthz");
  CHECK_EQUAL(200U, response.status);
  CHECK(Json::parse(response.text()) == (Json{{"state", "recording"}}));
}

TEST(Routes, a_faulted_daemon_is_not_healthy) {
  const auto response = answer_in_state("faulted", "GET", "/healthz");
  CHECK_EQUAL(503U, response.status);
  CHECK(Json::parse(response.text()) == (Json{{"state", "faulted"}}));
}

TEST(Routes, head_is_answered_like_get) { CHECK_EQUAL(200U, answer_in_state("idle", "HEAD", "/healthz").status); }
