#include "cli/status_problems.hpp"

#include <CppUTest/TestHarness.h>

#include <algorithm>

using namespace tarsier;

namespace {

Json healthy() {
  return Json::parse(
      R"({"state": "recording", "cameras": [{"name": "plate", "state": "running", "rate_hz": 10.0, "rate_asked_hz": 10.0,
    "last_frame_age_ms": 90, "ring": {"slots": 16, "used": 2}, "ledger": {"delivered": 9, "stored": 9}}],
    "memory": {"budget_bytes": 200, "resident_bytes": 100}, "disk": {"hours_left_least": 100.0, "full": false}})");
}

Json with(const char* pointer, Json value) {
  Json status = healthy();
  status[Json::json_pointer(pointer)] = std::move(value);
  return status;
}

// Whether exactly one problem is found, with these words.
void check_told(const Json& status, const char* words, bool urgent) {
  const auto found = status_problems(status);
  CHECK_EQUAL(std::size_t{1}, found.size());
  STRCMP_CONTAINS(words, found.front().text.c_str());
  CHECK_EQUAL(urgent, found.front().urgent);
}

}  // namespace

TEST_GROUP(StatusProblems){};

TEST(StatusProblems, a_healthy_recording_has_none) { CHECK(status_problems(healthy()).empty()); }

TEST(StatusProblems, each_is_told_in_words) {
  check_told(with("/fault", "the camera is gone"), "the camera is gone", true);
  check_told(with("/cameras/0/state", "backoff"), "plate does not run (backoff)", true);
  check_told(with("/cameras/0/last_frame_age_ms", 4000), "plate: no frame for 0:04", true);
  check_told(with("/cameras/0/rate_hz", 7.0), "plate: 7/s come, 10/s were asked for", false);
  check_told(with("/cameras/0/ring/used", 16), "plate: all of its 16 slots are full", true);
  check_told(with("/cameras/0/ledger/dropped", {{"ring_full", 3}}), "plate: 3 dropped: every slot was full", false);
  check_told(with("/cameras/0/last_error", "unplugged"), "plate had trouble: unplugged", false);
  check_told(with("/disk/trouble", "not mounted"), "nothing can be written: not mounted", true);
  check_told(with("/disk/full", true), "the disk is nearly full", true);
  check_told(with("/disk/hours_left_least", 2.0), "the disk is full in 2:00:00", false);
  check_told(with("/memory/resident_bytes", 300), "300 B of memory are in use, the budget is 200 B", true);
  check_told(with("/clock/synchronised", false), "nobody sets the clock", false);
  check_told(with("/board/throttling/under_voltage/now", true), "the board says now: under voltage", true);
  check_told(with("/board/throttling/throttled/since_boot", true), "since its start: throttled", false);
}

TEST(StatusProblems, a_slow_camera_may_be_silent_for_longer) {
  Json status = with("/cameras/0/last_frame_age_ms", 4900);
  status["cameras"][0]["rate_hz"] = status["cameras"][0]["rate_asked_hz"] = 0.2;
  CHECK(status_problems(status).empty());
}

TEST(StatusProblems, the_urgent_ones_come_first) {
  Json status = with("/cameras/0/rate_hz", 7.0);
  status["memory"]["resident_bytes"] = 300;
  const auto found = status_problems(status);
  CHECK_EQUAL(std::size_t{2}, found.size());
  CHECK(found[0].urgent && !found[1].urgent);
}

TEST(StatusProblems, a_document_of_another_shape_has_none) {
  for (const auto* text : {"[]", "null", R"({"cameras": 3, "disk": []})", R"({"cameras": [null, {}]})"})
    CHECK(status_problems(Json::parse(text)).empty());
}
