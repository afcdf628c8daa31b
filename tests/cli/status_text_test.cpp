#include "cli/status_text.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(StatusText){};

TEST(StatusText, a_recording_daemon_is_told_on_one_page) {
  const auto status = Json::parse(R"({"state": "recording", "run": "night", "version": "0.1.0", "uptime_s": 61,
    "cameras": [{"name": "plate", "state": "running", "rate_hz": 10.0, "last_frame_age_ms": 100, "restarts": 1,
                 "ring": {"slots": 16, "used": 2, "highest": 5}, "ledger": {"delivered": 12, "stored": 12}}],
    "memory": {"budget_bytes": 201326592, "planned_bytes": 104857600, "resident_bytes": 52428800},
    "disk": {"free_bytes": 1073741824, "written_bytes_per_s": 1048576.0, "hours_left": 0.5, "stall_survived_s": 3.0}})");
  CHECK_EQUAL(std::string("state    recording\n"
                          "run      night\n"
                          "version  0.1.0, up 1:01\n"
                          "camera   plate: running, 10/s, last frame 0.1 s ago, ring 2 of 16 (most 5), restarts 1\n"
                          "           12 frames: 12 stored\n"
                          "           nothing was dropped or missed\n"
                          "memory   50.0 MiB of a budget of 192.0 MiB, 100.0 MiB planned\n"
                          "disk     1.0 GiB free, 1.0 MiB/s written, full in 30:00; a stall of 3.0 s is survived\n"),
              status_text(status));
}

TEST(StatusText, the_state_of_the_disk_is_told_in_words) {
  const std::string text = status_text(Json::parse(R"({"disk": {"free_bytes": 1073741824, "reserve_bytes": 536870912,
    "written_bytes_per_s": 1048576.0, "hours_left": 5.0, "hours_left_least": 2.0, "full": true,
    "trouble": "/media/disk: the disk is not mounted",
    "blocked": [{"thread": "sync", "operation": "sync", "file": "/media/disk/a.h5", "seconds": 12.0}],
    "write": {"count": 3, "last_us": 1500.0, "mean_us": 1000.0, "p99_us": 2000.0, "max_us": 3000.0},
    "sync": {"count": 0}}})"));
  STRCMP_CONTAINS(", full in 5:00:00, if it goes on as now in 2:00:00", text.c_str());
  STRCMP_CONTAINS("nearly full: frames are dropped and rows go on, until more than the reserve of 512.0 MiB",
                  text.c_str());
  STRCMP_CONTAINS("nothing can be written: /media/disk: the disk is not mounted\n", text.c_str());
  STRCMP_CONTAINS("does not answer: sync has waited 0:12 for sync of /media/disk/a.h5\n", text.c_str());
  STRCMP_CONTAINS("write last 1.5 ms, mean 1.0, 99 of 100 within 2.0, longest 3.0\n", text.c_str());
  CHECK(text.find("seal  last") == std::string::npos);
}

TEST(StatusText, what_a_device_says_moves_no_cursor) {
  const auto text = status_text(Json::parse(R"({"run": "\u001b[2J", "disk": {"written_bytes_per_s": 1e300},
    "cameras": [{"name": "a\u009b2J", "last_error": "\r\u0007"}], "board": {"throttling": {"\u001b]0;": {"now": true}}}})"));
  STRCMP_CONTAINS("run      ?[2J\n", text.c_str());
  STRCMP_CONTAINS("camera   a?2J:", text.c_str());
  STRCMP_CONTAINS("last error: ??\n", text.c_str());
  STRCMP_CONTAINS("now: ?]0;\n", text.c_str());
}

TEST(StatusText, the_rate_that_was_asked_for_is_told) {
  STRCMP_CONTAINS(", 9.8/s of 10/s, ",
                  status_text(Json::parse(R"({"cameras": [{"rate_hz": 9.8, "rate_asked_hz": 10.0}]})")).c_str());
}

TEST(StatusText, a_clock_that_nobody_sets_is_told) {
  STRCMP_CONTAINS("clock    right within 2.5 ms\n",
                  status_text(Json::parse(R"({"clock": {"synchronised": true, "uncertainty_s": 0.0025}})")).c_str());
  STRCMP_CONTAINS("clock    nobody sets it: it says 1970-01-01T00:00:00.000Z and may be wrong\n",
                  status_text(Json::parse(R"({"clock": {"synchronised": false, "uncertainty_s": null,
                    "utc": "1970-01-01T00:00:00.000Z"}})"))
                      .c_str());
}

TEST(StatusText, a_board_that_is_too_hot_is_told) {
  const std::string text = status_text(Json::parse(R"({"board": {
    "temperatures": [{"name": "cpu-thermal", "celsius": 81.25}],
    "processors": [{"name": "policy0", "limit_mhz": 1000.0, "most_mhz": 1500.0},
                   {"name": "policy1", "limit_mhz": 1500.0, "most_mhz": 1500.0}],
    "throttling": {"throttled": {"now": true, "since_boot": true}, "under_voltage": {"now": false, "since_boot": true}}}})"));
  STRCMP_CONTAINS("board    cpu-thermal 81.2 degrees C\n", text.c_str());
  STRCMP_CONTAINS("board    policy0 is held at 1000 of 1500 MHz\n", text.c_str());
  STRCMP_CONTAINS("board    now: throttled\n", text.c_str());
  STRCMP_CONTAINS("board    since its start: throttled, under_voltage\n", text.c_str());
  CHECK(text.find("policy1") == std::string::npos);
}

TEST(StatusText, an_idle_daemon_has_no_run) {
  STRCMP_CONTAINS("run      none\n", status_text(Json{{"state", "idle"}, {"run", nullptr}}).c_str());
}

TEST(StatusText, an_idle_daemon_has_no_budget) {
  const Json status = {{"memory", {{"budget_bytes", 0}, {"resident_bytes", 1048576}}}};
  STRCMP_CONTAINS("memory   1.0 MiB\n", status_text(status).c_str());
}

TEST(StatusText, a_fault_is_told) {
  STRCMP_CONTAINS("fault    disk gone\n", status_text(Json{{"state", "faulted"}, {"fault", "disk gone"}}).c_str());
}

TEST(StatusText, a_document_of_another_shape_is_no_crash) {
  for (const auto* text :
       {"[]", "null", "3", R"({"cameras": 3, "memory": []})", R"({"cameras": [null, {}], "clock": 3, "board": [1]})"})
    STRCMP_CONTAINS("state    unknown\n", status_text(Json::parse(text)).c_str());
}
