#include "cli/watch_poll.hpp"

#include <CppUTest/TestHarness.h>

#include <vector>

using namespace tarsier;

namespace {

// A device that answers, or not.
struct AskedDevice {
  bool there = true;
  std::vector<std::string> asked;

  Result<Json> operator()(const std::string& path) {
    asked.push_back(path);
    if (!there) return failure("no daemon answers");
    if (path == "/v1/status") return Json{{"state", "recording"}, {"cameras", {{{"name", "a"}}, {{"name", "b"}}}}};
    return Json{{"regions", {"left"}},
                {"rows", {{{"frame_id", 7}, {"pair_ns", 1}, {"regions", {{{"abs_diff_sum", 5}}}}}}},
                {"more", false}};
  }
};

WatchPoll::Time at(int seconds) { return WatchPoll::Time(std::chrono::seconds(seconds)); }

}  // namespace

TEST_GROUP(WatchPoll) {
  AskedDevice device;
  WatchPoll poll{"pi-left", [this](const std::string& path) { return device(path); }};
};

TEST(WatchPoll, it_asks_for_the_status_and_the_new_rows_of_the_chosen_camera) {
  poll.poll(at(0));
  poll.poll(at(1));
  const std::vector<std::string> expected = {"/v1/status", "/v1/cameras/a/rows?limit=1000", "/v1/status",
                                             "/v1/cameras/a/rows?limit=1000&since_id=7"};
  CHECK(device.asked == expected);
  const auto state = poll.state(at(1));
  STRCMP_EQUAL("pi-left", state.device.c_str());
  CHECK(!state.silent_s);
  DOUBLES_EQUAL(5, *state.activity.at(0).values.back(), 1e-9);
}

TEST(WatchPoll, another_camera_begins_anew) {
  poll.poll(at(0));
  poll.choose(1);
  poll.poll(at(1));
  STRCMP_EQUAL("/v1/cameras/b/rows?limit=1000", device.asked.back().c_str());
  CHECK_EQUAL(std::size_t{1}, poll.state(at(1)).activity.at(0).values.size());
}

TEST(WatchPoll, a_lost_device_is_remembered_and_comes_back) {
  poll.poll(at(10));
  device.there = false;
  poll.poll(at(11));
  const auto lost = poll.state(at(15));
  DOUBLES_EQUAL(5, *lost.silent_s, 1e-9);
  STRCMP_EQUAL("no daemon answers", lost.trouble.c_str());
  CHECK(lost.status["state"] == "recording");
  device.there = true;
  poll.poll(at(16));
  CHECK(!poll.state(at(16)).silent_s);
}

TEST(WatchPoll, a_device_that_never_answered_has_no_status) {
  device.there = false;
  poll.poll(at(10));
  poll.poll(at(12));
  const auto state = poll.state(at(13));
  DOUBLES_EQUAL(3, *state.silent_s, 1e-9);
  CHECK(state.status.is_null());
}
