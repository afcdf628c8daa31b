#include "replay/hdf5_recording.hpp"

#include <CppUTest/TestHarness.h>

#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

#include "replay/recording_file.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

// A file whose /frames has no data of its own: `properties` say where it lies.
void write_indirect(const std::filesystem::path& path, const PropertiesHandle& properties) {
  const hsize_t shape[3] = {2, 3, 4};
  const FileHandle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  const DataspaceHandle space(H5Screate_simple(3, shape, nullptr));
  const DatasetHandle dataset(
      H5Dcreate2(file.get(), "frames", H5T_STD_U8LE, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT));
}

bool refused(const std::filesystem::path& path, const std::string& reason) {
  const auto recording = Hdf5Recording::open(path);
  return !recording && recording.error().message.find(reason) != std::string::npos;
}

// Whether frame `index` is what write_recording() made of it.
bool reads(Recording& recording, std::uint64_t index) {
  const std::size_t bytes = recording.facts().format == PixelFormat::gray8 ? 1 : 2;
  std::vector<std::byte> pixels(recording.facts().frame_bytes());
  if (!recording.read(index, pixels)) return false;
  for (std::size_t p = 0; p < pixels.size() / bytes; ++p) {
    std::uint16_t value = 0;
    std::memcpy(&value, &pixels[p * bytes], bytes);
    if (value != (recording_pixel(index, p) & (bytes == 1 ? 0xFF : 0xFFFF))) return false;
  }
  return true;
}

}  // namespace

TEST_GROUP(Hdf5Recording) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "recording.h5";

  void check_all(const RecordingShape& shape) const {
    write_recording(file, shape);
    const auto recording = Hdf5Recording::open(file);
    CHECK(recording.has_value());
    CHECK_EQUAL(shape.shape[0], (*recording)->facts().frames);
    for (std::uint64_t i = 0; i < shape.shape[0]; ++i) CHECK(reads(**recording, i));
  }
};

TEST(Hdf5Recording, reads_any_frame_in_any_order) {
  write_recording(file, {.shape = {9, 4, 5}, .chunk = {{2, 4, 5}}, .deflate = 1});
  const auto recording = Hdf5Recording::open(file);
  for (const std::uint64_t frame : {4U, 8U, 0U, 1U, 5U}) CHECK(reads(**recording, frame));
}

TEST(Hdf5Recording, frames_that_are_not_there_are_an_error) {
  write_recording(file, {.shape = {9, 4, 5}});
  const auto recording = Hdf5Recording::open(file);
  std::vector<std::byte> pixels(20);
  CHECK(!(*recording)->read(9, pixels));
  CHECK(!(*recording)->read(UINT64_MAX, pixels));
}

TEST(Hdf5Recording, a_buffer_of_another_size_is_an_error) {
  write_recording(file, {.shape = {9, 4, 5}});
  std::vector<std::byte> pixels(19);
  CHECK(!(*Hdf5Recording::open(file))->read(0, pixels));
}

TEST(Hdf5Recording, times_come_from_timestamps) {
  write_recording(file,
                  {.shape = {4, 2, 2}, .frame_interval = 9, .timestamps = {0.5, 1.25, 1.000000001e6, std::nan("")}});
  const auto recording = Hdf5Recording::open(file);
  CHECK_EQUAL(500'000'000, (*recording)->time(0).count());
  CHECK_EQUAL(1'250'000'000, (*recording)->time(1).count());
  CHECK_EQUAL(1'000'000'001'000'000, (*recording)->time(2).count());
  // A time that is no number is one interval after the frame before.
  CHECK_EQUAL(1'000'009'001'000'000, (*recording)->time(3).count());
}

TEST(Hdf5Recording, times_without_timestamps_are_multiples_of_the_interval) {
  write_recording(file, {.shape = {4, 2, 2}, .frame_interval = 0.1});
  const auto recording = Hdf5Recording::open(file);
  for (int i = 0; i < 4; ++i) CHECK_EQUAL(i * 100'000'000, (*recording)->time(static_cast<std::uint64_t>(i)).count());
}

TEST(Hdf5Recording, every_layout_is_read_pixel_by_pixel) {
  check_all({.shape = {10, 6, 8}});
  check_all({.shape = {10, 6, 8}, .chunk = {{1, 6, 8}}});
  check_all({.shape = {10, 6, 8}, .chunk = {{4, 6, 8}}});
  check_all({.shape = {10, 6, 8}, .chunk = {{4, 6, 8}}, .deflate = 6});
  check_all({.shape = {10, 6, 8}, .chunk = {{7, 4, 5}}, .deflate = 1});
  check_all({.shape = {10, 6, 8}, .chunk = {{7, 4, 5}}});
  check_all({.type = H5T_STD_U16LE});
  check_all({.chunk = {{3, 6, 8}}, .type = H5T_STD_U16LE});
  check_all({.chunk = {{3, 6, 8}}, .type = H5T_STD_U16BE});
}

TEST(Hdf5Recording, plain_frames_are_found_behind_a_user_block) {
  check_all({.shape = {10, 6, 8}, .user_block = 2048});
  check_all({.shape = {10, 6, 8}, .chunk = {{4, 6, 8}}, .user_block = 2048});
}

TEST(Hdf5Recording, a_chunk_that_skips_its_filters_is_read_as_it_lies) {
  write_recording(file, {.shape = {4, 4, 5}, .chunk = {{1, 4, 5}}, .deflate = 1});
  std::vector<std::byte> raw(20, std::byte{77});
  {
    const FileHandle open_file(H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    const DatasetHandle frames(H5Dopen2(open_file.get(), "frames", H5P_DEFAULT));
    const hsize_t first[3] = {2, 0, 0};
    CHECK(H5Dwrite_chunk(frames.get(), H5P_DEFAULT, 1, first, raw.size(), raw.data()) >= 0);
  }
  const auto recording = Hdf5Recording::open(file);
  std::vector<std::byte> pixels(20);
  CHECK((*recording)->read(2, pixels).has_value());
  CHECK(pixels == raw);
  CHECK(reads(**recording, 1));
  CHECK(reads(**recording, 3));
}

TEST(Hdf5Recording, frames_of_a_chunk_that_was_never_written_cannot_be_read_and_the_others_can) {
  // Whole frames, plain and deflated; then chunks that cut frames, of which one corner only was never written.
  for (const std::array<hsize_t, 3> chunk : {std::array<hsize_t, 3>{2, 6, 8}, std::array<hsize_t, 3>{2, 4, 5}}) {
    for (const unsigned deflate : {0U, 1U}) {
      const bool whole = chunk[1] == 6;
      write_parts(file, {.shape = {10, 6, 8}, .chunk = chunk, .deflate = deflate},
                  {{{0, 0, 0}, {4, 6, 8}}, {{4, 0, 0}, {2, whole ? 0U : 4U, 8}}, {{6, 0, 0}, {4, 6, 8}}});
      const auto recording = Hdf5Recording::open(file);
      CHECK_EQUAL(10U, (*recording)->facts().frames);
      for (const std::uint64_t i : {0U, 3U, 6U, 9U, 1U}) CHECK(reads(**recording, i));
      std::vector<std::byte> pixels(48);
      for (const std::uint64_t i : {4U, 5U}) {
        const auto read = (*recording)->read(i, pixels);
        CHECK(!read);
        STRCMP_CONTAINS("never written", read.error().message.c_str());
      }
    }
  }
}

TEST(Hdf5Recording, frames_that_were_never_given_storage_are_refused) {
  for (const hid_t type : {H5T_STD_U8LE, H5T_STD_U16BE}) {
    write_parts(file, {.type = type}, {});
    CHECK(refused(file, "never written"));
  }
}

TEST(Hdf5Recording, a_dataset_of_one_frame_that_was_never_written_is_lost_alone) {
  write_single_frames(file, {"/0", "/2"}, 4, 5);
  for (const bool chunked : {false, true}) {
    {
      const FileHandle open_file(H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
      const hsize_t shape[2] = {4, 5};
      const hsize_t chunk[2] = {3, 5};
      const DataspaceHandle space(H5Screate_simple(2, shape, nullptr));
      const PropertiesHandle properties(H5Pcreate(H5P_DATASET_CREATE));
      if (chunked) H5Pset_chunk(properties.get(), 2, chunk);
      const DatasetHandle dataset(H5Dcreate2(open_file.get(), chunked ? "/3" : "/1", H5T_STD_U8LE, space.get(),
                                             H5P_DEFAULT, properties.get(), H5P_DEFAULT));
    }
    const auto recording = Hdf5Recording::open(file);
    std::vector<std::byte> pixels(20);
    CHECK((*recording)->read(0, pixels).has_value());
    CHECK((*recording)->read(2, pixels).has_value());
    const auto read = (*recording)->read(chunked ? 3 : 1, pixels);
    CHECK(!read);
    STRCMP_CONTAINS("never written", read.error().message.c_str());
  }
}

TEST(Hdf5Recording, a_file_that_is_cut_loses_the_frames_behind_the_cut_and_no_others) {
  for (const auto& chunk :
       {std::optional<std::array<hsize_t, 3>>(), std::optional<std::array<hsize_t, 3>>({1, 64, 64})}) {
    write_recording(file, {.shape = {9, 64, 64}, .chunk = chunk});
    const auto recording = Hdf5Recording::open(file);
    std::vector<std::byte> pixels(4096);
    CHECK((*recording)->read(8, pixels).has_value());
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 5000);
    std::uint64_t readable = 0;
    for (std::uint64_t i = 0; i < 9; ++i) readable += (*recording)->read(i, pixels) ? 1 : 0;
    CHECK(readable == 7 || readable == 8);
  }
}

TEST(Hdf5Recording, frames_of_a_damaged_chunk_cannot_be_read_and_the_others_can) {
  write_recording(file, {.shape = {10, 6, 8}, .chunk = {{3, 6, 8}}, .deflate = 1});
  const ChunkPlace place = chunk_place(file, 1);
  damage(file, place.offset, place.bytes);
  const auto recording = Hdf5Recording::open(file);
  std::vector<std::byte> pixels(48);
  for (std::uint64_t i = 0; i < 10; ++i) CHECK_EQUAL(i < 3 || i > 5, (*recording)->read(i, pixels).has_value());
  STRCMP_CONTAINS("HDF5 cannot read it", (*recording)->read(4, pixels).error().message.c_str());
}

TEST(Hdf5Recording, datasets_of_one_frame_each_are_taken_in_the_order_of_their_numbers) {
  for (const std::string group : {"images/frame_", "frames/", "images/", ""}) {
    write_single_frames(file, {group + "0", group + "1", group + "2", group + "10"}, 4, 5);
    const auto recording = Hdf5Recording::open(file);
    CHECK(recording.has_value());
    CHECK_EQUAL(4U, (*recording)->facts().frames);
    for (std::uint64_t i = 0; i < 4; ++i) CHECK(reads(**recording, i));
  }
  write_single_frames(file, {"deep/inside/a1", "deep/inside/a2"}, 4, 5);
  CHECK_EQUAL(2U, (*Hdf5Recording::open(file, "deep/inside"))->facts().frames);
}

TEST(Hdf5Recording, a_file_without_frames_is_told_which_layouts_there_are) {
  write_single_frames(file, {"other/thing"}, 4, 5);
  CHECK(refused(file, "/images/frame_0000"));
  CHECK(refused(file, "it holds /other/thing; name one with --dataset"));
}

TEST(Hdf5Recording, an_interval_that_is_no_time_is_not_used) {
  for (const double interval : {0.0, -1.0}) {
    write_recording(file, {.frame_interval = interval});
    CHECK((*Hdf5Recording::open(file))->facts().interval_source == IntervalSource::assumed);
  }
}

TEST(Hdf5Recording, a_virtual_dataset_is_refused) {
  const hsize_t shape[3] = {2, 3, 4};
  const DataspaceHandle space(H5Screate_simple(3, shape, nullptr));
  const PropertiesHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_virtual(properties.get(), space.get(), "elsewhere.h5", "frames", space.get());
  write_indirect(file, properties);
  CHECK(refused(file, "virtual dataset"));
}

TEST(Hdf5Recording, frames_in_another_file_are_refused) {
  const PropertiesHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_external(properties.get(), (folder / "elsewhere.raw").c_str(), 0, 24);
  write_indirect(file, properties);
  CHECK(refused(file, "lie in other files"));
}
