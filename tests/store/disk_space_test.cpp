#include "store/disk_space.hpp"

#include <cmath>

#include "CppUTest/TestHarness.h"
#include "support/faulty_files.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(DiskSpace) {
  TemporaryFolder folder;
  FaultyFiles files;
  ManualClock clock;
  DiskSpace disk{files, folder.path(), mebibytes(64),
                 folder / "ballast"};  // of 16 MiB, which `free` does not feel; margin 8 MiB

  void look_with(Bytes free) {
    files.free = static_cast<std::int64_t>(free.count);
    clock.advance(1s);
    disk.look(clock.monotonic());
  }
  void write_for(Nanoseconds time, std::uint64_t bytes_per_s) {
    for (Nanoseconds passed{0}; passed < time; passed += 1s) {
      disk.wrote(bytes_per_s);
      look_with(mebibytes(1064));
    }
  }
};

TEST(DiskSpace, is_full_below_the_reserve_and_not_before_there_is_clearly_more_again) {
  look_with(mebibytes(64));
  CHECK_FALSE(disk.full());
  look_with(mebibytes(63));
  CHECK_TRUE(disk.full());
  look_with(mebibytes(71));
  CHECK_TRUE(disk.full());
  look_with(mebibytes(72));
  CHECK_FALSE(disk.full());
}

TEST(DiskSpace, the_ballast_counts_as_part_of_the_reserve) {
  files.free = mebibytes(200).count;
  disk.begin();
  CHECK_TRUE(std::filesystem::exists(folder / "ballast"));
  look_with(mebibytes(48));
  CHECK_FALSE(disk.full());
  CHECK_EQUAL(0, disk.status().room_bytes);
  look_with(mebibytes(47));
  CHECK_TRUE(disk.full());
}

TEST(DiskSpace, the_ballast_that_a_killed_process_left_counts_also_when_there_is_no_room_for_another) {
  DiskSpace killed(files, folder.path(), mebibytes(64), folder / "ballast");
  files.free = mebibytes(200).count;
  killed.begin();
  files.free = mebibytes(50).count;
  disk.begin();
  look_with(mebibytes(50));
  CHECK_FALSE(disk.full());
  CHECK_TRUE(disk.relieve());
  CHECK_FALSE(std::filesystem::exists(folder / "ballast"));
}

TEST(DiskSpace, the_ballast_is_given_up_for_what_must_be_written_and_made_again_when_there_is_room) {
  files.free = mebibytes(200).count;
  disk.begin();
  files.free = mebibytes(3).count;
  disk.make_room_for(mebibytes(2));
  CHECK_TRUE(std::filesystem::exists(folder / "ballast"));
  disk.make_room_for(mebibytes(4));
  CHECK_FALSE(std::filesystem::exists(folder / "ballast"));
  CHECK_FALSE(disk.relieve());
  look_with(mebibytes(19));
  CHECK_FALSE(std::filesystem::exists(folder / "ballast"));
  look_with(mebibytes(100));
  CHECK_TRUE(std::filesystem::exists(folder / "ballast"));
  disk.end();
  CHECK_FALSE(std::filesystem::exists(folder / "ballast"));
}

TEST(DiskSpace, where_a_quota_hides_how_much_is_free_the_ballast_is_not_made_again_at_once) {
  files.free = mebibytes(200).count;
  disk.begin();
  CHECK_TRUE(disk.relieve());
  look_with(mebibytes(200));
  look_with(mebibytes(200));
  CHECK_FALSE(std::filesystem::exists(folder / "ballast"));
  clock.advance(30s);
  look_with(mebibytes(200));
  CHECK_TRUE(std::filesystem::exists(folder / "ballast"));
}

TEST(DiskSpace, what_a_recovery_needs_is_room_that_segments_may_have_to_make) {
  files.free = mebibytes(200).count;
  CHECK_FALSE(disk.wants_room());
  disk.want_room(mebibytes(150));
  CHECK_TRUE(disk.wants_room());
  files.free = mebibytes(230).count;
  CHECK_FALSE(disk.wants_room());
  files.free = mebibytes(200).count;
  disk.want_room(Bytes{});
  CHECK_FALSE(disk.wants_room());
}

TEST(DiskSpace, nothing_is_forecast_before_anything_is_known) {
  look_with(mebibytes(1064));
  CHECK(std::isnan(disk.status().hours_left));
  CHECK(std::isnan(disk.status().hours_left_least));
  CHECK_EQUAL(mebibytes(1016).count, disk.status().room_bytes);
}

TEST(DiskSpace, the_forecast_is_of_the_long_rate_and_says_how_soon_it_may_be) {
  write_for(10min, 1'000'000);
  DOUBLES_EQUAL(1065.353216 / 3600, disk.status().hours_left, 0.001);
  write_for(20s, 10'000'000);
  const StoreStatus status = disk.status();
  DOUBLES_EQUAL(10e6, status.written_bytes_per_s, 1);
  CHECK(status.long_bytes_per_s < 2e6);
  DOUBLES_EQUAL(106.5353216 / 3600, status.hours_left_least, 0.0001);
  CHECK(status.hours_left > 5 * status.hours_left_least);
}

TEST(DiskSpace, when_nothing_is_written_any_more_no_end_is_forecast) {
  write_for(2min, 1'000'000);
  write_for(15min, 0);
  CHECK(std::isnan(disk.status().hours_left));
}
