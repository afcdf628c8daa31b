#include "base/unique_fd.hpp"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>

using namespace tarsier;

TEST_GROUP(UniqueFd){static int open_null(){return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}
static bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }
}
;

TEST(UniqueFd, closes_at_the_end_of_its_life) {
  const int number = open_null();
  { const UniqueFd fd(number); }
  CHECK_FALSE(is_open(number));
}

TEST(UniqueFd, moving_leaves_one_owner) {
  const int number = open_null();
  UniqueFd first(number);
  UniqueFd second(std::move(first));
  CHECK_FALSE(static_cast<bool>(first));
  CHECK_EQUAL(number, second.get());
  UniqueFd third;
  third = std::move(second);
  CHECK_TRUE(is_open(number));
  third.reset();
  CHECK_FALSE(is_open(number));
}

TEST(UniqueFd, released_descriptors_stay_open) {
  const int number = open_null();
  {
    UniqueFd fd(number);
    CHECK_EQUAL(number, fd.release());
  }
  CHECK_TRUE(is_open(number));
  ::close(number);
}
