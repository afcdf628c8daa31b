#include "store/merge.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <fstream>

#include "CppUTest/TestHarness.h"
#include "base/unique_fd.hpp"
#include "store/merge_camera.hpp"
#include "store/sealed_run.hpp"
#include "store/verify.hpp"
#include "support/faulty_files.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Merge) {
  TemporaryFolder folder;
  std::filesystem::path run = folder / "run";
  std::filesystem::path out = folder / "out";
  CameraRecording camera = sample_camera();

  Json merge_run() { return must(merge(system_files(), MergeRequest{.run = run, .output = out}))["files"][0]; }
  std::string refusal() {
    const auto merged = merge(system_files(), MergeRequest{.run = run, .output = out});
    return merged ? "" : merged.error().message;
  }
  // The merged file of segments with so many rows each is what they are.
  Json check(const std::vector<std::uint64_t>& counts, Codec codec = Codec::deflate) {
    auto files = make_run(run, camera, counts, codec);
    const Json merged = merge_run();
    std::vector<std::string> arguments{TARSIER_SOURCE_DIR "/tests/integration/merge_rules.py", merged["file"]};
    for (const auto& file : files) arguments.push_back(file);
    passes(std::move(arguments));
    std::vector<const char*> all_rules{"silx_rules.py", "hdf5_18_rules.py"};
    // One of its rules is that no plugin is needed.
    if (codec != Codec::bitshuffle_lz4) all_rules.push_back("napari_rules.py");
    for (const char* rules : all_rules) {
      passes({std::string(TARSIER_SOURCE_DIR "/tests/integration/") + rules, merged["file"]});
    }
    const auto verified = must(verify(system_files(), VerifyRequest{.input = merged["file"].get<std::string>()}));
    CHECK_TRUE_TEXT(verified.whole, verified.facts.dump().c_str());
    return merged;
  }
  static void passes(std::vector<std::string> arguments) {
    const auto outcome = run_python(std::move(arguments));
    CHECK_EQUAL_TEXT(0, outcome.exit_code, outcome.output.c_str());
  }
  bool left_anything() const { return std::filesystem::exists(out) && !std::filesystem::is_empty(out); }
};

TEST(Merge, one_that_is_stopped_leaves_nothing_half_made) {
  (void)make_run(run, camera, {4, 6, 2}, Codec::deflate);
  const auto merged = merge(
      system_files(), MergeRequest{.run = run, .output = out, .progress = [](const BytesProgress&) { return false; }});
  CHECK_FALSE(merged.has_value());
  STRCMP_CONTAINS("stopped; nothing was left half-made", merged.error().message.c_str());
  CHECK_FALSE(left_anything());
}

TEST(Merge, full_chunks_are_copied_as_they_are) {
  const Json merged = check({4, 6, 2});
  CHECK_EQUAL(6, merged["chunks_copied"].get<int>());
  CHECK_EQUAL(0, merged["chunks_recoded"].get<int>());
  CHECK_EQUAL(3, merged["segments"].get<int>());
}

TEST(Merge, behind_a_chunk_that_is_not_full_frames_are_coded_again) {
  const Json merged = check({4, 5, 3, 2});
  // 4 frames: two chunks; 5: two, and half of one that 3 more fill and leave whole; 2: one again.
  CHECK_EQUAL(5, merged["chunks_copied"].get<int>());
  CHECK_EQUAL(2, merged["chunks_recoded"].get<int>());
}

TEST(Merge, deep_frames_are_joined) {
  camera.pixel = StoredPixel::gray16;
  check({5, 3, 4});
}

TEST(Merge, frames_without_a_codec_are_joined) { check({3, 3, 3}, Codec::none); }

TEST(Merge, frames_coded_by_bitshuffle_are_joined) {
  camera.size = {64, 48};
  camera.pixel = StoredPixel::gray16;
  check({5, 3, 4}, Codec::bitshuffle_lz4);
}

TEST(Merge, one_frame_a_chunk_is_always_copied) {
  camera.frames_per_chunk = 1;
  CHECK_EQUAL(9, check({3, 2, 4})["chunks_copied"].get<int>());
}

TEST(Merge, a_run_without_frames_is_joined) {
  camera.frames_kept = false;
  check({3, 4, 5});
}

TEST(Merge, one_segment_alone_is_merged_too) { check({5}); }

TEST(Merge, an_existing_file_is_never_overwritten) {
  make_run(run, camera, {3, 3});
  merge_run();
  STRCMP_CONTAINS("exists already and is never overwritten", refusal().c_str());
}

TEST(Merge, what_an_interrupted_merge_left_is_made_anew_but_not_what_is_being_written) {
  make_run(run, camera, {3, 3});
  const std::filesystem::path merged = merge_run()["file"].get<std::string>();
  const std::filesystem::path part = merged.string() + ".part";
  std::filesystem::rename(merged, part);
  {
    const UniqueFd writer(system_files().open(part.c_str(), O_RDWR, 0));
    CHECK_EQUAL(0, system_files().lock(writer.get(), LOCK_EX | LOCK_NB));
    STRCMP_CONTAINS("another program writes it", refusal().c_str());
  }
  CHECK_EQUAL(merged.string(), merge_run()["file"].get<std::string>());
  CHECK_FALSE(std::filesystem::exists(part));
}

TEST(Merge, a_segment_that_is_missing_unsealed_or_unlisted_is_named) {
  const auto files = make_run(run, camera, {3, 3, 3});
  std::filesystem::rename(files[1], files[1].string() + ".part");
  STRCMP_CONTAINS("000002.h5 is not sealed", refusal().c_str());
  std::filesystem::remove(files[1].string() + ".part");
  STRCMP_CONTAINS("000002.h5 is listed in run.json and not there", refusal().c_str());
  std::filesystem::copy_file(files[2], files[1]);
  std::filesystem::copy_file(files[2], run / camera.camera / "sleep_plate-a_x_000009.h5");
  STRCMP_CONTAINS("000009.h5", refusal().c_str());
  CHECK_FALSE(left_anything());
}

TEST(Merge, damaged_frames_are_not_merged) {
  const auto files = make_run(run, camera, {4, 4}, Codec::none);
  std::ifstream in(files[1], std::ios::binary);
  const std::string all(std::istreambuf_iterator<char>(in), {});
  const auto frame = sample_frame(camera, 6);
  flip_byte(files[1], all.find(std::string(reinterpret_cast<const char*>(frame.data()), frame.size())));
  STRCMP_CONTAINS("000002.h5: /frames: entries 2 to 3 are not what was sealed", refusal().c_str());
  CHECK_FALSE(left_anything());
}

TEST(Merge, segments_of_another_form_are_named) {
  auto files = make_run(run, camera, {3, 3});
  std::filesystem::remove(files[1]);
  camera.size = {10, 6};
  make_sealed(files[1], camera, 2, 3, 3);
  STRCMP_CONTAINS("has frames of 10x6 gray8, not 8x6 gray8", refusal().c_str());
  std::filesystem::remove(files[1]);
  camera = sample_camera();
  camera.regions.pop_back();
  make_sealed(files[1], camera, 2, 3, 3);
  STRCMP_CONTAINS("has other regions", refusal().c_str());
}

TEST(Merge, a_foreign_file_among_the_segments_is_named) {
  const auto files = make_run(run, camera, {3, 3});
  std::ofstream(files[1]) << "not HDF5 at all";
  STRCMP_CONTAINS(files[1].c_str(), refusal().c_str());
  CHECK_FALSE(left_anything());
}

TEST(Merge, a_disk_that_fails_at_any_step_leaves_no_half_file) {
  const auto files = make_run(run, camera, {3, 3});
  const auto part = folder / "merged.h5.part";
  for (std::uint64_t step = 1;; ++step) {
    std::filesystem::remove(part);
    FaultyFiles faulty;
    faulty.fail_at = step;
    faulty.error = ENOSPC;
    const auto merged = merge_camera(faulty, files, part, [](std::uint64_t) {});
    if (faulty.counted() < step) {
      CHECK(merged.has_value() && step > 10);
      return;
    }
    // What fails after the file is durable takes nothing from it.
    CHECK(merged.has_value() == std::filesystem::exists(part));
  }
}
