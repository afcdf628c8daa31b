#include "daemon/kept_alive.hpp"

#include <CppUTest/TestHarness.h>

#include <stdexcept>
#include <thread>

using namespace tarsier;

TEST_GROUP(KeptAlive){};

TEST(KeptAlive, the_job_is_done_on_another_thread_and_waited_for) {
  std::thread::id worker;
  kept_alive([&] { worker = std::this_thread::get_id(); }, [] {}, std::chrono::milliseconds(1));
  CHECK(worker != std::thread::id());
  CHECK(worker != std::this_thread::get_id());
}

TEST(KeptAlive, this_thread_ticks_meanwhile) {
  std::atomic<int> ticks{0};
  kept_alive(
      [&] {
        while (ticks.load() < 3) std::this_thread::yield();
      },
      [&] { ++ticks; }, std::chrono::milliseconds(1));
  CHECK(ticks.load() >= 3);
}

TEST(KeptAlive, what_the_job_throws_is_thrown_here) {
  CHECK_THROWS(std::runtime_error, kept_alive([] { throw std::runtime_error("x"); }, [] {}, std::chrono::seconds(1)));
}
