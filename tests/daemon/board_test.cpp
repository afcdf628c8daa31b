#include "daemon/board.hpp"

#include <CppUTest/TestHarness.h>

#include "daemon/made_up_board.hpp"

using namespace tarsier;

TEST_GROUP(Board) {
  MadeUpBoard board;
  Json read() const { return to_json(read_board(board.sys())); }
};

TEST(Board, a_kernel_that_offers_nothing_tells_nothing) {
  const Json none = {{"temperatures", Json::array()}, {"processors", Json::array()}};
  CHECK(read() == none);
  CHECK(to_json(read_board(board.sys() / "nowhere")) == none);
}

TEST(Board, temperatures_are_in_degrees) {
  board.raspberry_pi();
  CHECK(read()["temperatures"] == Json::parse(R"([{"name": "cpu-thermal", "celsius": 81.234}])"));
}

TEST(Board, a_sensor_that_gives_no_number_is_left_out) {
  board.write("class/thermal/thermal_zone0/temp", "no data");
  board.write("class/thermal/thermal_zone1/temp", "-5000");
  CHECK(read()["temperatures"] == Json::parse(R"([{"name": "thermal_zone1", "celsius": -5.0}])"));
}

TEST(Board, the_firmwares_flags_have_names) {
  board.raspberry_pi();
  const Json flags = read()["throttling"];
  CHECK(flags["under_voltage"] == Json::parse(R"({"now": true, "since_boot": true})"));
  CHECK(flags["frequency_capped"] == Json::parse(R"({"now": false, "since_boot": false})"));
  CHECK(flags["throttled"] == Json::parse(R"({"now": true, "since_boot": true})"));
  board.write("devices/platform/soc/soc:firmware/get_throttled", "0x80000");
  CHECK(read()["throttling"]["soft_temperature_limit"] == Json::parse(R"({"now": false, "since_boot": true})"));
}

TEST(Board, a_lowered_limit_of_the_processors_is_told) {
  board.raspberry_pi();
  const auto policies = read_board(board.sys()).processors;
  CHECK_EQUAL(1, policies.size());
  DOUBLES_EQUAL(1000, policies[0].mhz, 0);
  DOUBLES_EQUAL(1200, policies[0].limit_mhz, 0);
  DOUBLES_EQUAL(1800, policies[0].most_mhz, 0);
}

TEST(Board, no_more_than_32_sensors_are_read) {
  for (int i = 0; i < 40; ++i) board.write("class/thermal/thermal_zone" + std::to_string(i) + "/temp", "1000");
  CHECK_EQUAL(32, read_board(board.sys()).temperatures.size());
}
