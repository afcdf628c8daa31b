#include "daemon/board_watch.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/stat.h>

#include <thread>

#include "daemon/made_up_board.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(BoardWatch) {
  MadeUpBoard board;

  static Json once(const BoardWatch& watch, auto condition) {
    Json latest = watch.latest();
    while (latest.is_null() || !condition(latest)) {
      std::this_thread::yield();
      latest = watch.latest();
    }
    return latest;
  }
};

TEST(BoardWatch, reads_again_and_again) {
  board.raspberry_pi();
  const BoardWatch watch(board.sys(), 1ms);
  once(watch, [](const Json& latest) { return latest["temperatures"][0]["celsius"] == 81.234; });
  board.write("class/thermal/thermal_zone0/temp", "40000");
  const Json cooler = once(watch, [](const Json& latest) {
    return !latest["temperatures"].empty() && latest["temperatures"][0]["celsius"] == 40.0;
  });
  CHECK(cooler["age_s"].get<double>() >= 0);
}

TEST(BoardWatch, a_sensor_that_hangs_holds_up_nobody_who_asks) {
  std::filesystem::create_directories(board.sys() / "class/thermal/thermal_zone0");
  const auto hanging = board.sys() / "class/thermal/thermal_zone0/temp";
  CHECK_EQUAL(0, mkfifo(hanging.c_str(), 0600));
  const BoardWatch watch(board.sys(), 1h);
  for (int i = 0; i < 100; ++i) CHECK(watch.latest().is_null());
  std::ofstream(hanging) << "1000\n";  // the sensor answers, or the watch would wait for it for ever
}

TEST(BoardWatch, its_end_does_not_wait_for_the_period) {
  const auto before = std::chrono::steady_clock::now();
  { const BoardWatch watch(board.sys(), 1h); }
  CHECK(std::chrono::steady_clock::now() - before < 1min);
}
