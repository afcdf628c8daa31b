#include "store/ballast.hpp"

#include <fstream>

#include "CppUTest/TestHarness.h"
#include "support/faulty_files.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Ballast) {
  TemporaryFolder folder;
  FaultyFiles files;
  const std::filesystem::path file = folder / "ballast";
  Ballast ballast{files, file, mebibytes(2)};
};

TEST(Ballast, is_a_quarter_of_the_reserve_but_not_more_than_64_mib) {
  CHECK_EQUAL(mebibytes(4).count, Ballast::size_within(mebibytes(16)).count);
  CHECK_EQUAL(mebibytes(64).count, Ballast::size_within(mebibytes(512)).count);
  CHECK_EQUAL(0, Ballast::size_within(mebibytes(3)).count);
}

TEST(Ballast, takes_up_room_until_it_is_given_up) {
  ballast.make();
  CHECK_EQUAL(mebibytes(2).count, std::filesystem::file_size(file));
  CHECK_EQUAL(mebibytes(2).count, ballast.held().count);
  CHECK_TRUE(ballast.give_up());
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK_EQUAL(0, ballast.held().count);
  CHECK_FALSE(ballast.give_up());
}

TEST(Ballast, one_that_an_earlier_start_left_gets_the_size_of_this_one) {
  std::ofstream(file) << std::string(3 << 20, 'x');
  ballast.make();
  CHECK_EQUAL(mebibytes(2).count, std::filesystem::file_size(file));
}

TEST(Ballast, without_room_for_it_nothing_is_left) {
  files.only = "allocate";
  files.fail_at = 1;
  files.error = ENOSPC;
  ballast.make();
  CHECK_EQUAL(0, ballast.held().count);
  CHECK_FALSE(std::filesystem::exists(file));
  ballast.make();
  CHECK_EQUAL(mebibytes(2).count, ballast.held().count);
}

TEST(Ballast, where_the_file_system_cannot_set_room_aside_it_is_tried_once) {
  files.only = "allocate";
  files.fail_at = 1;
  files.error = EOPNOTSUPP;
  ballast.make();
  ballast.make();
  CHECK_EQUAL(1, files.counted());
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST(Ballast, without_a_name_there_is_none) {
  Ballast none(files, {}, mebibytes(2));
  none.make();
  CHECK_FALSE(none.give_up());
  CHECK_EQUAL(0, files.counted());
}
