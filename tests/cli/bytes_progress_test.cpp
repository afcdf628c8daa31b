#include "cli/bytes_progress.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(BytesProgress){};

TEST(BytesProgress, half_of_it_is_half_a_bar_with_speed_and_time_left) {
  constexpr std::uint64_t mib = 1024 * 1024;
  STRCMP_EQUAL("[############------------]  50 %  50.0 MiB of 100.0 MiB  10.0 MiB/s  0:05 left",
               bytes_progress_text(50 * mib, 100 * mib, 5, 200).c_str());
}

TEST(BytesProgress, nothing_to_do_is_done_and_a_narrow_terminal_cuts_it) {
  STRCMP_EQUAL("[########################] 100 %  0 B of 0 B", bytes_progress_text(0, 0, 1, 200).c_str());
  CHECK_EQUAL(20, bytes_progress_text(1, 2, 1, 20).size());
}
