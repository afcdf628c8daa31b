#include "base/named_thread.hpp"

#include <CppUTest/TestHarness.h>

#include <array>
#include <atomic>

#include "base/wakeup.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(NamedThread){// The name that the kernel shows for a thread while it runs.
                        static std::string name_of_thread(const std::string& wanted){std::atomic<bool> named{false};
Wakeup change;
std::array<char, 32> name{};
NamedThread thread(wanted, [&] {
  while (!named.load()) {
    const auto ticket = change.ticket();
    if (!named.load()) change.wait(ticket, 1h);
  }
  pthread_getname_np(pthread_self(), name.data(), name.size());
});
named.store(true);
change.notify();
thread.join();
return name.data();
}
}
;

TEST(NamedThread, carries_its_name) { STRCMP_EQUAL("codec-0", name_of_thread("codec-0").c_str()); }

TEST(NamedThread, a_long_name_is_cut_to_what_the_kernel_keeps) {
  STRCMP_EQUAL("cam-a-very-long", name_of_thread("cam-a-very-long-name").c_str());
}

TEST(NamedThread, joins_at_the_end_of_its_life) {
  bool ran = false;
  {
    const NamedThread thread("short", [&] { ran = true; });
  }
  CHECK_TRUE(ran);
}

TEST(NamedThread, moving_leaves_one_owner) {
  bool ran = false;
  NamedThread first("first", [&] { ran = true; });
  NamedThread second(std::move(first));
  CHECK_FALSE(first.joinable());
  CHECK_TRUE(second.joinable());
  second.join();
  CHECK_FALSE(second.joinable());
  CHECK_TRUE(ran);
}

TEST(NamedThread, has_the_stack_that_the_plan_counts) {
  std::size_t bytes = 0;
  NamedThread("stack", [&] {
    pthread_attr_t attributes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstacksize(&attributes, &bytes);
    pthread_attr_destroy(&attributes);
  }).join();
  // The thread sanitizer adds to it.
  CHECK_TRUE(bytes >= thread_stack_bytes);
  CHECK_TRUE(bytes < 2 * thread_stack_bytes);
}
