#include "base/shared_count.hpp"

#include "CppUTest/TestHarness.h"
#include "base/confined_child.hpp"

using namespace tarsier;

TEST_GROUP(SharedCount){};

TEST(SharedCount, the_parent_sees_what_a_child_counted) {
  SharedCount count;
  count.add(2);
  const auto outcome = run_confined([&] {
    count.add(40);
    return std::string("done");
  });
  STRCMP_EQUAL("done", outcome.answer.c_str());
  CHECK_EQUAL(42, count.get());
}
