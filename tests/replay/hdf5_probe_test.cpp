#include "replay/hdf5_probe.hpp"

#include <CppUTest/TestHarness.h>

#include <cstdio>
#include <fstream>

#include "replay/recording_file.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

bool refused(const Result<Hdf5Facts>& facts, const std::string& reason) {
  return !facts && facts.error().message.find(": is not a recording: ") != std::string::npos &&
         facts.error().message.find(reason) != std::string::npos;
}

// Malformed files that break HDF5 itself; not part of the source tree.
const std::filesystem::path malformed_files = std::filesystem::path(TARSIER_SOURCE_DIR) / "../shared/data/D11_badhdf5";

}  // namespace

TEST_GROUP(Hdf5Probe) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "recording.h5";
};

TEST(Hdf5Probe, tells_size_pixel_and_number_of_frames) {
  write_recording(file, {.shape = {11, 6, 8}, .chunk = {{4, 6, 8}}, .deflate = 4, .frame_interval = 0.25});
  const auto facts = probe_hdf5(file);
  CHECK(facts.has_value());
  CHECK(facts->size == (ImageSize{8, 6}));
  CHECK(facts->pixel == StoredPixel::gray8);
  CHECK_EQUAL(11U, facts->frames);
  CHECK_EQUAL(4U, facts->frames_per_chunk);
  DOUBLES_EQUAL(0.25, facts->frame_interval_s, 0);
  CHECK(facts->interval_source == IntervalSource::attribute);
}

TEST(Hdf5Probe, finds_frames_below_images) {
  write_recording(file, {.dataset = "images/frames", .type = H5T_STD_U16BE});
  const auto facts = probe_hdf5(file);
  CHECK(facts.has_value());
  CHECK(facts->below_images);
  CHECK(facts->pixel == StoredPixel::gray16);
}

TEST(Hdf5Probe, takes_the_interval_from_timestamps_where_no_attribute_tells_it) {
  write_recording(file, {.shape = {3, 4, 4}, .timestamps = {10, 10.5, 12}});
  const auto facts = probe_hdf5(file);
  CHECK(facts->timestamps);
  DOUBLES_EQUAL(1.0, facts->frame_interval_s, 0);
  CHECK(facts->interval_source == IntervalSource::timestamps);
}

TEST(Hdf5Probe, says_when_one_second_is_assumed) {
  write_recording(file, {});
  CHECK(probe_hdf5(file)->interval_source == IntervalSource::assumed);
  DOUBLES_EQUAL(1.0, probe_hdf5(file)->frame_interval_s, 0);
}

TEST(Hdf5Probe, timestamps_of_another_length_are_not_used) {
  write_recording(file, {.timestamps = {1, 2, 3}});
  CHECK(!probe_hdf5(file)->timestamps);
}

TEST(Hdf5Probe, refuses_what_holds_no_frames) {
  write_recording(file, {.dataset = "video"});
  CHECK(refused(probe_hdf5(file), "no dataset /frames or /images/frames"));
  write_recording(file, {.dataset = "frames/inside"});
  CHECK(refused(probe_hdf5(file), "no dataset /frames or /images/frames"));
  write_recording(file, {.shape = {0, 6, 8}});
  CHECK(refused(probe_hdf5(file), "holds no frame"));
}

TEST(Hdf5Probe, refuses_other_types_and_shapes_and_names_them) {
  write_recording(file, {.type = H5T_IEEE_F32LE});
  CHECK(refused(probe_hdf5(file), "float32"));
  write_recording(file, {.type = H5T_STD_I16LE});
  CHECK(refused(probe_hdf5(file), "are int16"));
  write_recording(file, {.shape = {6, 8}});
  CHECK(refused(probe_hdf5(file), "2 dimensions"));
  write_recording(file, {.shape = {2, 6, 8, 3}});
  CHECK(refused(probe_hdf5(file), "4 dimensions"));
}

TEST(Hdf5Probe, refuses_a_recording_whose_first_chunk_is_damaged) {
  write_recording(file, {.chunk = {{2, 6, 8}}, .deflate = 1});
  const ChunkPlace place = chunk_place(file, 0);
  damage(file, place.offset, place.bytes);
  CHECK(refused(probe_hdf5(file), "frame 0: HDF5 cannot read it"));
}

TEST(Hdf5Probe, a_file_cut_anywhere_is_refused_or_read) {
  write_recording(file, {.chunk = {{2, 6, 8}}});
  const auto whole = std::filesystem::file_size(file);
  for (std::uintmax_t bytes = 0; bytes < whole; bytes += 97) {
    std::filesystem::copy_file(file, folder / "cut.h5", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder / "cut.h5", bytes);
    CHECK(refused(probe_hdf5(folder / "cut.h5"), "HDF5 cannot"));
  }
}

TEST(Hdf5Probe, knows_the_signature_behind_a_user_block) {
  write_recording(file, {});
  CHECK(is_hdf5(file));
  write_recording(file, {.user_block = 2048});
  CHECK(is_hdf5(file));
  std::ofstream(folder / "text.h5") << "this is no HDF5 file, whatever its name says";
  CHECK(!is_hdf5(folder / "text.h5"));
  CHECK(!is_hdf5(folder / "missing.h5"));
  CHECK(!is_hdf5(folder.path()));
}

TEST(Hdf5Probe, survives_files_that_crash_or_hang_hdf5_itself) {
  if (!std::filesystem::exists(malformed_files)) {
    std::puts("skipped: no malformed files here");
    return;
  }
  ConfinedLimits limits;
  limits.cpu = std::chrono::seconds(1);
  for (const auto& entry : std::filesystem::directory_iterator(malformed_files)) {
    if (entry.path().extension() != ".h5") continue;
    CHECK_TRUE_TEXT(is_hdf5(entry.path()), entry.path().c_str());
    CHECK_TRUE_TEXT(refused(probe_hdf5(entry.path(), limits), ""), entry.path().c_str());
  }
}
