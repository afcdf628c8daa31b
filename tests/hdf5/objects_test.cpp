#include "hdf5/objects.hpp"

#include <numeric>

#include "CppUTest/TestHarness.h"
#include "base/hash.hpp"
#include "hdf5/attribute.hpp"
#include "hdf5/file.hpp"
#include "support/faulty_files.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

// Everything that HDF5 1.8 does not know would be here: superblock 3, data layout 4.
const char* const check_bytes = R"(
import h5py, sys
data = open(sys.argv[1], "rb").read()
assert data[8] == int(sys.argv[2]), data[8]
f = h5py.File(sys.argv[1], "r")
layouts = set()
f.visititems(lambda name, o: layouts.add(o.id.get_create_plist().get_layout()) if isinstance(o, h5py.Dataset) else None)
assert layouts == {h5py.h5d.CHUNKED}
assert list(f["values"][:5]) == [0, 1, 2, 3, 4] and len(f["values"]) == 10000
assert f["values"].id.read_direct_chunk((64,))[1] == f["values"][64:128].tobytes()
)";

template <typename Value>
Value must(Result<Value> result) {
  CHECK_TRUE_TEXT(result.has_value(), result ? "" : result.error().message.c_str());
  return std::move(*result);
}
void must(const Result<void>& result) {
  CHECK_TRUE_TEXT(result.has_value(), result ? "" : result.error().message.c_str());
}

}  // namespace

TEST_GROUP(Hdf5Objects) {
  TemporaryFolder folder;
  std::filesystem::path path = folder / "file.h5";
  std::vector<std::uint32_t> values = std::vector<std::uint32_t>(10000);

  // /values (10,000 numbers, in chunks of 64), /images/deep (3 images, deflated), /second/name: /values once more.
  WritableFile create(FileOperations& files = system_files()) {
    std::iota(values.begin(), values.end(), 0U);
    auto file = must(WritableFile::create(files, path));
    must(file.make_group("/images"));
    must(file.make_group("/second"));
    {
      auto series = must(Series::create(file.handle(), "/values", number_record<std::uint32_t>(), {64, {}}));
      must(series.append(std::span<const std::uint32_t>(values)));
      auto images = must(Series::create(file.handle(), "/images/deep", number_record<std::uint16_t>(), {1, {4, 5}},
                                        {shuffle_filter(2), deflate_filter(1)}));
      const std::vector<std::uint16_t> pixels(60, 7);
      must(images.append(pixels.data(), 3));
    }
    must(file.hard_link("/values", "/second/name"));
    return file;
  }
};

TEST(Hdf5Objects, a_dataset_is_listed_once_with_all_its_names) {
  const WritableFile file = create();
  const auto datasets = must(list_datasets(file.handle()));
  CHECK_EQUAL(2, datasets.size());
  CHECK(datasets[0].paths == std::vector<std::string>{"/images/deep"});
  CHECK((datasets[1].paths == std::vector<std::string>{"/second/name", "/values"}));
  CHECK(datasets[1].known_as("/values") && !datasets[0].known_as("/values"));
  CHECK((must(list_groups(file.handle())) == std::vector<std::string>{"/images", "/second"}));
  CHECK(has_object(file.handle(), "/images/deep"));
  CHECK(!has_object(file.handle(), "/no/deep") && !has_object(file.handle(), "/images/no"));
}

TEST(Hdf5Objects, the_hash_of_a_content_is_that_of_its_entries_filtered_or_not) {
  const WritableFile file = create();
  CHECK_EQUAL(xxh3_64(std::as_bytes(std::span(values))), must(content_hash(file.handle(), "/values")));
  const std::vector<std::uint16_t> pixels(60, 7);
  CHECK_EQUAL(xxh3_64(std::as_bytes(std::span(pixels))), must(content_hash(file.handle(), "/images/deep")));
  CHECK(!content_hash(file.handle(), "/nothing").has_value());
}

TEST(Hdf5Objects, a_converted_file_has_nothing_that_older_readers_do_not_know) {
  {
    WritableFile file = create();
    must(file.close());
  }
  check_python(check_bytes, {path, "3"});
  {
    WritableFile file = must(WritableFile::open(system_files(), path));
    must(file.convert_for_old_readers());
    must(file.close());
  }
  check_python(check_bytes, {path, "2"});
}

TEST(Hdf5Objects, a_disk_that_fails_during_the_conversion_is_told) {
  for (std::uint64_t step = 1;; ++step) {
    std::filesystem::remove(path);
    must(create().close());
    FaultyFiles files;
    files.fail_at = step;
    files.error = ENOSPC;
    files.fail_for_good = true;
    auto file = WritableFile::open(files, path);
    Result<void> result = file ? file->convert_for_old_readers() : unexpected(file.error());
    if (result) result = file->close();
    if (result) {
      CHECK(step > 3);
      return;
    }
    STRCMP_CONTAINS("No space left", result.error().message.c_str());
  }
}

TEST(Hdf5Objects, a_chunk_is_read_as_it_lies_in_the_file) {
  const WritableFile file = create();
  const auto series = must(Series::open(file.handle(), "/values", number_record<std::uint32_t>()));
  CHECK_EQUAL(64, must(series.entries_per_chunk()));
  CHECK_EQUAL(256, must(series.stored_bytes(64)));
  std::vector<std::byte> bytes(256);
  CHECK_EQUAL(0, must(series.read_chunk(64, bytes)));
  CHECK_EQUAL(xxh3_64(std::as_bytes(std::span(values).subspan(64, 64))), xxh3_64(bytes));
  CHECK(!series.read_chunk(64, std::span(bytes).first(255)).has_value());
  CHECK(!series.read_chunk(64 * 1000, bytes).has_value());
}
