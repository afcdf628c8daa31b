#include "hdf5/free_lists.hpp"

#include <hdf5.h>

#include "CppUTest/TestHarness.h"
#include "hdf5/file.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

std::size_t kept_bytes() {
  std::size_t regular = 0;
  std::size_t arrays = 0;
  std::size_t blocks = 0;
  std::size_t factories = 0;
  H5get_free_list_sizes(&regular, &arrays, &blocks, &factories);
  return regular + arrays + blocks + factories;
}

}  // namespace

TEST_GROUP(FreeLists) { TemporaryFolder folder; };

TEST(FreeLists, what_a_closed_file_took_is_given_back) {
  {
    auto file = WritableFile::create(system_files(), folder / "a.h5");
    CHECK_TRUE(file.has_value());
    for (int i = 0; i < 100; ++i) CHECK_TRUE(file->make_group("/" + std::to_string(i)).has_value());
    CHECK_TRUE(file->close().has_value());
  }
  const std::size_t before = kept_bytes();
  empty_free_lists();
  CHECK_TRUE(kept_bytes() < before);
}
