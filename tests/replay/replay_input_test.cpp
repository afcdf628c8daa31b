#include "replay/replay_input.hpp"

#include <CppUTest/TestHarness.h>

#include <cstdio>
#include <fstream>

#include "replay/hdf5_recording.hpp"
#include "replay/recording_file.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

bool refused(const Result<RecordingFacts>& facts, const std::string& reason) {
  return !facts && facts.error().message.find(": is not a recording: ") != std::string::npos &&
         facts.error().message.find(reason) != std::string::npos;
}

// Malformed files that break HDF5 itself; not part of the source tree.
const std::filesystem::path malformed_files = std::filesystem::path(TARSIER_SOURCE_DIR) / "../shared/data/D11_badhdf5";

Result<RecordingFacts> probe_hdf5(const std::filesystem::path& path, const std::string& dataset = {},
                                  const ConfinedLimits& limits = {}) {
  return probe_recording({ReplayKind::hdf5, {path}, {.dataset = dataset}}, limits);
}

}  // namespace

TEST_GROUP(ReplayInput) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "recording.h5";
};

TEST(ReplayInput, tells_size_pixel_and_number_of_frames) {
  write_recording(file, {.shape = {11, 6, 8}, .chunk = {{4, 6, 8}}, .deflate = 4, .frame_interval = 0.25});
  const auto facts = probe_hdf5(file);
  CHECK(facts.has_value());
  CHECK(facts->size == (ImageSize{8, 6}));
  CHECK(facts->format == PixelFormat::gray8);
  CHECK_EQUAL(11U, facts->frames);
  DOUBLES_EQUAL(0.25, facts->frame_interval_s, 0);
  CHECK(facts->interval_source == IntervalSource::attribute);
}

TEST(ReplayInput, finds_frames_below_images) {
  write_recording(file, {.dataset = "images/frames", .type = H5T_STD_U16BE});
  const auto facts = probe_hdf5(file);
  CHECK(facts.has_value());
  CHECK(facts->format == PixelFormat::gray16);
}

TEST(ReplayInput, takes_the_interval_from_timestamps_where_no_attribute_tells_it) {
  write_recording(file, {.shape = {3, 4, 4}, .timestamps = {10, 10.5, 12}});
  const auto facts = probe_hdf5(file);
  DOUBLES_EQUAL(1.0, facts->frame_interval_s, 0);
  CHECK(facts->interval_source == IntervalSource::timestamps);
}

TEST(ReplayInput, says_when_one_second_is_assumed) {
  write_recording(file, {});
  CHECK(probe_hdf5(file)->interval_source == IntervalSource::assumed);
  DOUBLES_EQUAL(1.0, probe_hdf5(file)->frame_interval_s, 0);
}

TEST(ReplayInput, an_interval_that_the_user_names_is_used_where_the_file_says_nothing) {
  write_recording(file, {});
  ReplayInput input{ReplayKind::hdf5, {file}, {.interval_s = 0.2}};
  CHECK(probe_recording(input)->interval_source == IntervalSource::asked);
  DOUBLES_EQUAL(0.2, probe_recording(input)->frame_interval_s, 0);
  write_recording(file, {.frame_interval = 3});
  DOUBLES_EQUAL(3, probe_recording(input)->frame_interval_s, 0);
}

TEST(ReplayInput, timestamps_of_another_length_are_not_used) {
  write_recording(file, {.timestamps = {1, 2, 3}});
  CHECK(probe_hdf5(file)->interval_source == IntervalSource::assumed);
}

TEST(ReplayInput, finds_the_dataset_that_is_named) {
  write_recording(file, {.dataset = "video"});
  CHECK_EQUAL(10U, probe_hdf5(file, "/video")->frames);
  CHECK_EQUAL(10U, probe_hdf5(file, "video")->frames);
  CHECK(refused(probe_hdf5(file, "film"), "it holds /video; name one with --dataset"));
}

TEST(ReplayInput, refuses_what_holds_no_frames) {
  write_recording(file, {.dataset = "video"});
  CHECK(refused(probe_hdf5(file), "no dataset /frames or /images/frames"));
  write_recording(file, {.dataset = "frames/inside"});
  CHECK(refused(probe_hdf5(file), "no dataset /frames or /images/frames"));
  write_recording(file, {.shape = {0, 6, 8}});
  CHECK(refused(probe_hdf5(file), "holds no frame"));
}

TEST(ReplayInput, refuses_other_types_and_shapes_and_names_them) {
  write_recording(file, {.type = H5T_IEEE_F32LE});
  CHECK(refused(probe_hdf5(file), "float32"));
  write_recording(file, {.type = H5T_STD_I16LE});
  CHECK(refused(probe_hdf5(file), "are int16"));
  write_recording(file, {.shape = {6, 8}});
  CHECK(refused(probe_hdf5(file), "2 dimensions"));
  write_recording(file, {.shape = {2, 6, 8, 3}});
  CHECK(refused(probe_hdf5(file), "4 dimensions"));
}

TEST(ReplayInput, a_damaged_frame_is_no_reason_to_refuse_the_others) {
  write_recording(file, {.chunk = {{2, 6, 8}}, .deflate = 1});
  const ChunkPlace place = chunk_place(file, 0);
  damage(file, place.offset, place.bytes);
  CHECK_EQUAL(10U, probe_hdf5(file)->frames);
}

TEST(ReplayInput, refuses_a_recording_of_which_no_frame_can_be_read) {
  write_recording(file, {.shape = {2, 6, 8}, .chunk = {{2, 6, 8}}, .deflate = 1});
  const ChunkPlace place = chunk_place(file, 0);
  damage(file, place.offset, place.bytes);
  CHECK(refused(probe_hdf5(file), "frame 0: HDF5 cannot read it"));
}

TEST(ReplayInput, a_file_cut_anywhere_is_refused_or_read) {
  write_recording(file, {.chunk = {{2, 6, 8}}});
  const auto whole = std::filesystem::file_size(file);
  for (std::uintmax_t bytes = 0; bytes < whole; bytes += 97) {
    std::filesystem::copy_file(file, folder / "cut.h5", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder / "cut.h5", bytes);
    CHECK(refused(probe_hdf5(folder / "cut.h5"), "HDF5 cannot"));
  }
}

TEST(ReplayInput, knows_the_signature_behind_a_user_block) {
  write_recording(file, {});
  CHECK(is_hdf5(file));
  write_recording(file, {.user_block = 2048});
  CHECK(is_hdf5(file));
  std::ofstream(folder / "text.h5") << "this is no HDF5 file, whatever its name says";
  CHECK(!is_hdf5(folder / "text.h5"));
  CHECK(!is_hdf5(folder / "missing.h5"));
  CHECK(!is_hdf5(folder.path()));
}

TEST(ReplayInput, survives_files_that_crash_or_hang_hdf5_itself) {
  if (!std::filesystem::exists(malformed_files)) {
    std::puts("skipped: no malformed files here");
    return;
  }
  ConfinedLimits limits;
  limits.cpu = std::chrono::seconds(1);
  for (const auto& entry : std::filesystem::directory_iterator(malformed_files)) {
    if (entry.path().extension() != ".h5") continue;
    CHECK_TRUE_TEXT(is_hdf5(entry.path()), entry.path().c_str());
    CHECK_TRUE_TEXT(refused(probe_hdf5(entry.path(), {}, limits), ""), entry.path().c_str());
  }
}

TEST(ReplayInput, the_kind_of_a_file_is_what_it_holds_and_then_its_name) {
  write_recording(folder / "recording.mp4", {});
  CHECK(kind_of(folder / "recording.mp4", {}) == ReplayKind::hdf5);
  CHECK(kind_of("image.TIFF", {}) == ReplayKind::images);
  CHECK(kind_of("night.mp4", {}) == ReplayKind::video);
  CHECK(kind_of("image.png", {.raw = RawLayout{{4, 4}, PixelFormat::gray8}}) == ReplayKind::raw);
}
