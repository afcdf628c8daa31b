#include "hdf5/file.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "CppUTest/TestHarness.h"
#include "base/unique_fd.hpp"
#include "hdf5/attribute.hpp"
#include "support/faulty_files.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(WritableFile) {
  TemporaryFolder folder;
  std::filesystem::path path = folder / "file.h5";

  WritableFile create(FileOperations& files = system_files()) {
    auto file = WritableFile::create(files, path);
    CHECK_TRUE_TEXT(file.has_value(), file ? "" : file.error().message.c_str());
    return std::move(*file);
  }
  static Series make_series(WritableFile & file, const std::string& name, SeriesShape shape = {64, {}}) {
    auto series = Series::create(file.handle(), name, number_record<std::uint32_t>(), std::move(shape));
    CHECK_TRUE_TEXT(series.has_value(), series ? "" : series.error().message.c_str());
    return std::move(*series);
  }
  static void done(const Result<void>& result) {
    CHECK_TRUE_TEXT(result.has_value(), result ? "" : result.error().message.c_str());
  }
  // The life of a small file on a disk that fails for good at `step`.
  Result<void> live(FaultyFiles & files, std::uint64_t step) {
    std::filesystem::remove(path);
    files.fail_at = step;
    files.error = ENOSPC;
    files.fail_for_good = true;
    const auto values = numbers(5000);
    auto file = WritableFile::create(files, path);
    if (!file) return unexpected(file.error());
    auto series = Series::create(file->handle(), "/values", number_record<std::uint32_t>(), {64, {}});
    if (!series) return unexpected(series.error());
    auto result = file->start_swmr();
    if (result) result = series->append(std::span(values));
    if (result) result = file->flush();
    if (result) return file->close();
    file->abandon();
    return result;
  }
  static std::vector<std::uint32_t> numbers(std::size_t count) {
    std::vector<std::uint32_t> values(count);
    std::iota(values.begin(), values.end(), 0U);
    return values;
  }
};

TEST(WritableFile, what_is_appended_is_read_back_after_reopening) {
  const auto values = numbers(1000);
  {
    WritableFile file = create();
    Series series = make_series(file, "/values");
    done(series.append(std::span(values).first(300)));
    done(series.append(std::span(values).subspan(300)));
    done(file.close());
  }
  auto file = WritableFile::open(system_files(), path);
  CHECK(file.has_value());
  auto series = Series::open(file->handle(), "/values", number_record<std::uint32_t>());
  CHECK(series.has_value());
  CHECK_EQUAL(1000, series->length());
  std::vector<std::uint32_t> back(400);
  done(series->read(500, 400, back.data()));
  CHECK(std::equal(back.begin(), back.end(), values.begin() + 500));
}

TEST(WritableFile, an_existing_file_is_never_overwritten) {
  { done(create().close()); }
  const auto size = std::filesystem::file_size(path);
  auto second = WritableFile::create(system_files(), path);
  CHECK(!second.has_value());
  STRCMP_CONTAINS("nothing is overwritten", second.error().message.c_str());
  CHECK_EQUAL(size, std::filesystem::file_size(path));
}

TEST(WritableFile, the_place_of_a_chunk_is_where_its_bytes_lie) {
  WritableFile file = create();
  Series series = make_series(file, "/values", {1024, {}});
  done(file.start_swmr());
  const UniqueFd reader(::open(path.c_str(), O_RDONLY));
  for (std::uint32_t chunk = 0; chunk < 40; ++chunk) {
    const std::vector<std::uint32_t> values(1024, 0x1000 + chunk);
    done(series.extend((chunk + 1) * 1024));
    auto place = file.write_chunk(series, chunk * 1024, std::as_bytes(std::span(values)), 0);
    CHECK(place.has_value());
    std::vector<std::uint32_t> there(1024);
    CHECK_EQUAL(4096, ::pread(reader.get(), there.data(), 4096, static_cast<off_t>(place->offset)));
    CHECK(there == values);
  }
  done(file.close());
}

TEST(WritableFile, attributes_are_what_python_expects) {
  {
    WritableFile file = create();
    const std::vector<std::string> names{"first", "zweite ä"};
    const std::vector<std::uint64_t> counts{1, 18446744073709551615U};
    done(write_attribute(file.handle(), "/", "text", "old"));
    done(write_attribute(file.handle(), "/", "text", "a longer text"));
    done(write_attribute(file.handle(), "/", "yes", true));
    done(write_attribute(file.handle(), "/", "number", 2.5));
    done(write_attribute(file.handle(), "/", "integer", std::int64_t{-7}));
    done(write_attribute(file.handle(), "/", "names", std::span(names)));
    done(write_attribute(file.handle(), "/", "counts", std::span(counts)));
    done(write_attribute(file.handle(), "/", "none", std::span<const std::string>()));
    STRCMP_EQUAL("a longer text", read_text_attribute(file.handle(), "/", "text")->c_str());
    DOUBLES_EQUAL(2.5, *read_double_attribute(file.handle(), "/", "number"), 0);
    CHECK_EQUAL(-7, *read_integer_attribute(file.handle(), "/", "integer"));
    CHECK(!read_text_attribute(file.handle(), "/", "missing").has_value());
    CHECK(!read_text_attribute(file.handle(), "/", "number").has_value());
    done(file.close());
  }
  check_python(R"(
import h5py, numpy, sys
a = h5py.File(sys.argv[1]).attrs
assert a["text"] == "a longer text" and isinstance(a["text"], str)
assert a["yes"] == True and isinstance(a["yes"], numpy.bool_), type(a["yes"])
assert a["number"] == 2.5 and a["number"].dtype == "f8"
assert a["integer"] == -7 and a["integer"].dtype == "i8"
assert list(a["names"]) == ["first", "zweite \u00e4"]
assert list(a["counts"]) == [1, 2**64 - 1]
assert a["none"].shape == (0,)
)",
               {path});
}

TEST(WritableFile, attributes_of_a_reopened_file_can_be_changed) {
  {
    WritableFile file = create();
    done(file.make_group("/group"));
    done(write_attribute(file.handle(), "/group", "number", std::int64_t{1}));
    done(write_attribute(file.handle(), "/group", "text", "one"));
    done(file.close());
  }
  {
    auto file = WritableFile::open(system_files(), path);
    CHECK(file.has_value());
    done(write_attribute(file->handle(), "/group", "number", std::int64_t{2}));
    done(write_attribute(file->handle(), "/group", "text", "twenty-two"));
    done(file->close());
  }
  const auto file = open_for_reading(path);
  CHECK_EQUAL(2, *read_integer_attribute(*file, "/group", "number"));
  STRCMP_EQUAL("twenty-two", read_text_attribute(*file, "/group", "text")->c_str());
}

TEST(WritableFile, no_group_keeps_a_time) {
  WritableFile file = create();
  done(file.make_group("/group"));
  for (const char* name : {"/", "/group"}) {
    const GroupHandle group(H5Gopen2(file.handle().get(), name, H5P_DEFAULT));
    const PropertiesHandle properties(H5Gget_create_plist(group.get()));
    hbool_t kept = true;
    CHECK(H5Pget_obj_track_times(properties.get(), &kept) >= 0);
    CHECK_FALSE_TEXT(kept, name);
  }
}

TEST(WritableFile, entries_of_no_size_keep_their_count) {
  {
    WritableFile file = create();
    Series series = make_series(file, "/empty", {64, {0}});
    done(series.append(nullptr, 5));
    done(file.close());
  }
  check_python("import h5py, sys; assert h5py.File(sys.argv[1])['empty'].shape == (5, 0)", {path});
}

TEST(WritableFile, short_writes_are_continued) {
  FaultyFiles files;
  files.most_bytes = 100;
  files.interrupt = true;
  const auto values = numbers(5000);
  {
    WritableFile file = create(files);
    done(make_series(file, "/values").append(std::span(values)));
    done(file.close());
  }
  check_python("import h5py, sys; assert list(h5py.File(sys.argv[1])['values']) == list(range(5000))", {path});
}

// Every operation of one kind on a small file fails, from each step on: there is an error each time, never a crash,
// and HDF5 keeps nothing of the file.
TEST(WritableFile, a_disk_that_fails_is_an_error_at_every_step) {
  // A disk that can't even be read, as in the next test, makes HDF5 leak.
  const auto before = H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL);
  for (const std::string operation : {"open", "fstat", "pwrite", "ftruncate", "lock", "close"}) {
    std::uint64_t step = 1;
    for (bool failed = true; failed; ++step) {
      FaultyFiles files;
      files.only = operation;
      const auto result = live(files, step);
      CHECK_EQUAL_TEXT(before, H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), operation.c_str());
      failed = files.counted() >= step;
      CHECK_EQUAL_TEXT(failed, !result.has_value(), operation.c_str());
      if (failed) STRCMP_CONTAINS("No space left", result.error().message.c_str());
    }
    CHECK_TEXT(step > 2, operation.c_str());
  }
}

TEST(WritableFile, a_disk_that_is_pulled_out_is_an_error_at_every_step) {
  bool failed = true;
  for (std::uint64_t step = 1; failed; ++step) {
    FaultyFiles files;
    const auto result = live(files, step);
    failed = files.counted() >= step;
    CHECK_EQUAL(failed, !result.has_value());
  }
}

// HDF5 would go on with wrong metadata: once is for good.
TEST(WritableFile, after_one_failed_write_nothing_more_is_written) {
  FaultyFiles files;
  WritableFile file = create(files);
  Series series = make_series(file, "/values", {1024, {}});
  done(series.extend(2048));
  done(file.flush());
  const auto values = numbers(1024);
  files.only = "pwrite";
  files.fail_at = files.counted() + 1;
  CHECK(!file.write_chunk(series, 0, std::as_bytes(std::span(values)), 0).has_value());
  const std::uint64_t before = files.counted();
  CHECK(!file.write_chunk(series, 0, std::as_bytes(std::span(values)), 0).has_value());
  CHECK(!file.flush().has_value());
  CHECK(!file.close().has_value());
  CHECK_EQUAL(before, files.counted());
}

TEST(WritableFile, a_file_that_is_left_without_close_is_not_written_any_more) {
  FaultyFiles files;
  files.only = "pwrite";
  std::uint64_t before = 0;
  {
    WritableFile file = create(files);
    const auto values = numbers(10);
    Series series = make_series(file, "/values");
    done(file.flush());
    done(series.append(std::span(values)));
    before = files.counted();
    file.abandon();
  }
  CHECK_EQUAL(before, files.counted());
}

TEST(WritableFile, a_file_that_another_has_locked_is_refused) {
  { done(create().close()); }
  const UniqueFd other(::open(path.c_str(), O_RDWR));
  CHECK_EQUAL(0, system_files().lock(other.get(), 2));  // LOCK_EX
  auto file = WritableFile::open(system_files(), path);
  CHECK(!file.has_value());
  STRCMP_CONTAINS("another program has it open", file.error().message.c_str());
}

TEST(WritableFile, something_that_is_no_hdf5_file_is_an_error) {
  FILE* text = std::fopen(path.c_str(), "w");
  std::fputs("not hdf5", text);
  std::fclose(text);
  CHECK(!WritableFile::open(system_files(), path).has_value());
  CHECK(!open_for_reading(path).has_value());
}
