#include "control/live_feed.hpp"

#include <CppUTest/TestHarness.h>

#include "control/made_up_device.hpp"

using namespace tarsier;

TEST_GROUP(LiveFeed) {
  MadeUpDevice device;

  void show_rows(std::vector<std::uint64_t> ids) {
    device.page = {};
    device.page.known = true;
    for (const auto id : ids) device.page.rows.emplace_back().frame_id = id;
  }
};

TEST(LiveFeed, the_rate_is_the_clients) {
  CHECK(LiveFeed(device, {}, 10).interval() == std::chrono::milliseconds(100));
  CHECK(LiveFeed(device, {}, 0.1).interval() == std::chrono::milliseconds(10000));
}

TEST(LiveFeed, each_tick_tells_the_status_and_what_was_lost) {
  LiveFeed feed(device, {"plate-a"}, 1);
  const auto messages = feed.next(3);
  CHECK_EQUAL(1U, messages.size());
  const auto document = Json::parse(messages[0]);
  CHECK_EQUAL(std::string("recording"), document["status"]["state"].get<std::string>());
  CHECK_EQUAL(3U, document["lost"].get<unsigned>());
}

TEST(LiveFeed, rows_follow_one_another_from_the_newest_on) {
  show_rows({7});
  LiveFeed feed(device, {"plate-a"}, 1);
  show_rows({8, 9});
  const auto messages = feed.next(0);
  CHECK_EQUAL(2U, messages.size());
  const auto document = Json::parse(messages[1]);
  CHECK_EQUAL(std::string("plate-a"), document["camera"].get<std::string>());
  CHECK_EQUAL(2U, document["rows"].size());
  CHECK_EQUAL(std::string("rows plate-a 7 100"), device.asked.back());
  show_rows({});
  CHECK_EQUAL(1U, feed.next(0).size());
  CHECK_EQUAL(std::string("rows plate-a 9 100"), device.asked.back());
}
