#include "replay/hdf5_recording.hpp"

#include <CppUTest/TestHarness.h>

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

}  // namespace

TEST_GROUP(Hdf5Recording) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "recording.h5";
};

TEST(Hdf5Recording, reads_any_stretch_of_frames) {
  write_recording(file, {.shape = {9, 4, 5}, .chunk = {{2, 4, 5}}, .deflate = 1});
  const auto recording = Hdf5Recording::open(file);
  std::vector<std::byte> pixels(3 * 20);
  CHECK(recording->read_frames(4, 3, pixels).has_value());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    CHECK_EQUAL(recording_pixel(4 + i / 20, i % 20) & 0xFF, std::to_integer<int>(pixels[i]));
  }
}

TEST(Hdf5Recording, frames_that_are_not_there_are_an_error) {
  write_recording(file, {.shape = {9, 4, 5}});
  const auto recording = Hdf5Recording::open(file);
  std::vector<std::byte> pixels(20);
  CHECK(!recording->read_frames(9, 1, pixels));
  CHECK(!recording->read_frames(UINT64_MAX, 1, pixels));
}

TEST(Hdf5Recording, a_buffer_that_is_too_small_is_an_error) {
  write_recording(file, {.shape = {9, 4, 5}});
  std::vector<std::byte> pixels(39);
  CHECK(!Hdf5Recording::open(file)->read_frames(0, 2, pixels));
}

TEST(Hdf5Recording, reads_any_stretch_of_times) {
  write_recording(file, {.shape = {3, 4, 5}, .timestamps = {0.5, 1.5, 7}});
  double times[2] = {};
  CHECK(Hdf5Recording::open(file)->read_times(1, times).has_value());
  DOUBLES_EQUAL(1.5, times[0], 0);
  DOUBLES_EQUAL(7, times[1], 0);
}

TEST(Hdf5Recording, an_interval_that_is_no_time_is_not_used) {
  for (const double interval : {0.0, -1.0}) {
    write_recording(file, {.frame_interval = interval});
    CHECK(Hdf5Recording::open(file)->facts().interval_source == IntervalSource::assumed);
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
