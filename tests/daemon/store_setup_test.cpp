#include "daemon/store_setup.hpp"

#include <fstream>

#include "CppUTest/TestHarness.h"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(StoreSetup) {
  TemporaryFolder folder;
  StoreConfig store;
  void setup() override { store.directory = folder / "store"; }
};

TEST(StoreSetup, a_store_whose_disk_is_not_there_is_refused_by_the_name_of_its_key) {
  store.require_mount = "01234567-89ab-cdef-0123-456789abcdef";
  const auto refused = check_store(store);
  CHECK_FALSE(refused.has_value());
  STRCMP_CONTAINS("store.directory", refused.error().message.c_str());
  STRCMP_CONTAINS("01234567-89ab-cdef-0123-456789abcdef", refused.error().message.c_str());
  CHECK_FALSE(std::filesystem::exists(store.directory));
}

TEST(StoreSetup, a_ballast_that_was_left_counts_as_free) {
  std::filesystem::create_directories(store.directory / "state");
  std::ofstream(store.directory / "state" / "ballast").close();
  // A file with a size and without blocks, so that it takes nothing of what is free.
  std::filesystem::resize_file(store.directory / "state" / "ballast", std::uintmax_t{1} << 40);
  CHECK(free_for_recording(store.directory, store).count >= std::uint64_t{1} << 40);
}

TEST(StoreSetup, a_disk_that_has_only_its_reserve_is_refused) {
  CHECK_TRUE(check_room(mebibytes(2), mebibytes(1), "here").has_value());
  const auto refused = check_room(mebibytes(1), mebibytes(1), "here");
  STRCMP_CONTAINS("store.reserve_mib", refused.error().message.c_str());
}
