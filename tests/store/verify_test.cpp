#include "store/verify.hpp"

#include <fstream>
#include <random>

#include "CppUTest/TestHarness.h"
#include "store/file_hasher.hpp"
#include "store/sealed_run.hpp"
#include "store/verify_file.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Verify) {
  TemporaryFolder folder;
  std::filesystem::path run = folder / "run";
  CameraRecording camera = sample_camera();

  VerifyOutcome look(const std::filesystem::path& input) {
    return must(verify(system_files(), VerifyRequest{.input = input}));
  }
  Json look_at_file(const std::filesystem::path& file) { return look(file).facts["files"][0]; }
  std::string refusal(const std::filesystem::path& input) {
    const auto outcome = verify(system_files(), VerifyRequest{.input = input});
    return outcome ? "" : outcome.error().message;
  }
  // Changes run.json.
  void edit(const std::function<void(Json&)>& change) {
    std::ifstream in(run / "run.json");
    Json document = Json::parse(in);
    change(document["cameras"][0]);
    std::ofstream(run / "run.json") << document.dump();
  }
  // Where the bytes of a chunk of /frames begin in the file.
  static std::uint64_t place_of(const std::filesystem::path& file, std::span<const std::byte> bytes) {
    std::ifstream in(file, std::ios::binary);
    const std::string all(std::istreambuf_iterator<char>(in), {});
    return all.find(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
};

TEST(Verify, a_run_as_it_was_sealed_is_whole) {
  const auto files = make_run(run, camera, {5, 4, 7});
  edit([&](Json& entry) {
    entry["segments"][0]["sha256"] = must(sha256_of_file(system_files(), files[0], [](auto) {}));
  });
  const VerifyOutcome outcome = look(run);
  CHECK_TRUE_TEXT(outcome.whole, outcome.facts.dump().c_str());
  CHECK_EQUAL(3, outcome.facts["files"].size());
  STRCMP_EQUAL("matches", outcome.facts["files"][0]["sha256"].get<std::string>().c_str());
  STRCMP_EQUAL("not yet", outcome.facts["files"][1]["sha256"].get<std::string>().c_str());
  CHECK_EQUAL(7, outcome.facts["files"][2]["rows"].get<int>());
  CHECK_EQUAL(4, outcome.facts["files"][2]["chunks"].get<int>());
}

TEST(Verify, a_run_without_frames_is_whole) {
  camera.frames_kept = false;
  make_run(run, camera, {5, 4});
  CHECK(look(run).whole);
}

TEST(Verify, a_flipped_bit_in_a_chunk_names_its_frames) {
  const auto file = make_run(run, camera, {7}, Codec::none).front();
  const auto frame = sample_frame(camera, 3);
  flip_byte(file, place_of(file, frame) + 20);
  const Json found = look_at_file(file);
  CHECK_EQUAL(1, found["bad"].size());
  const Json& bad = found["bad"][0];
  STRCMP_EQUAL("/frames", bad["dataset"].get<std::string>().c_str());
  // Two frames a chunk: index 2 and 3 have the ids 102 and 103.
  CHECK(bad["first"] == 2 && bad["last"] == 3 && bad["first_id"] == 102 && bad["last_id"] == 103);
  CHECK(!found["ok"].get<bool>());
}

TEST(Verify, neighbouring_bad_chunks_are_one_stretch) {
  const auto file = make_run(run, camera, {9}, Codec::none).front();
  for (const std::uint64_t frame : {2U, 4U, 8U}) flip_byte(file, place_of(file, sample_frame(camera, frame)));
  const Json bad = look_at_file(file)["bad"];
  CHECK_EQUAL(2, bad.size());
  CHECK(bad[0]["first"] == 2 && bad[0]["last"] == 5 && bad[0]["last_id"] == 105);
  CHECK(bad[1]["first"] == 8 && bad[1]["last"] == 8 && bad[1]["last_id"] == 108);
}

TEST(Verify, no_flipped_bit_crashes_it_and_most_are_found) {
  const auto file = make_run(run, camera, {7}).front();
  const auto copy = folder / "copy.h5";
  const std::uint64_t bytes = std::filesystem::file_size(file);
  std::mt19937_64 random(20260101);
  int found = 0;
  constexpr int tries = 60;
  for (int i = 0; i < tries; ++i) {
    std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
    flip_byte(copy, random() % bytes);
    const auto outcome = verify(system_files(), VerifyRequest{.input = copy});
    found += !outcome || !outcome->whole ? 1 : 0;
  }
  // Most of so small a file is room between its structures, where nothing lies.
  CHECK_TRUE_TEXT(found > 0 && found <= tries, std::to_string(found).c_str());
}

TEST(Verify, a_changed_table_is_named) {
  const auto file = make_run(run, camera, {7}).front();
  const Row row = sample_row(4);
  flip_byte(file, place_of(file, std::as_bytes(std::span(&row.sum, 1))));
  const Json found = look_at_file(file);
  STRCMP_CONTAINS("/tarsier/rows: its content is not what was sealed", found["faults"].dump().c_str());
}

TEST(Verify, a_file_that_was_cut_is_bad_at_any_length) {
  const auto file = make_run(run, camera, {7}).front();
  const auto copy = folder / "cut.h5";
  const std::uint64_t bytes = std::filesystem::file_size(file);
  for (const std::uint64_t left :
       {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{48}, bytes / 3, bytes / 2, bytes - 1}) {
    std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(copy, left);
    CHECK_FALSE(look(copy).whole);
  }
}

TEST(Verify, what_run_json_lists_otherwise_is_told) {
  const auto files = make_run(run, camera, {5, 4, 3});
  edit([&](Json& entry) {
    entry["segments"][0]["sha256"] = std::string(64, '0');
    entry["segments"][1]["rows"] = 40;
    entry["ledger"]["stored"] = 1;
  });
  std::filesystem::remove(files[2]);
  const std::string text = look(run).facts.dump();
  STRCMP_CONTAINS("its SHA-256 is not the one that run.json lists", text.c_str());
  STRCMP_CONTAINS("rows is 4, run.json lists 40", text.c_str());
  STRCMP_CONTAINS("the ledger of plate-a does not add up", text.c_str());
  STRCMP_CONTAINS("000003.h5: is listed in run.json and not in the folder", text.c_str());
}

TEST(Verify, a_segment_that_was_deleted_to_make_room_is_not_missing) {
  const auto files = make_run(run, camera, {5, 4});
  edit([](Json& entry) { entry["segments"][0]["deleted"] = "2026-01-02T03:04:05Z"; });
  std::filesystem::remove(files[0]);
  const VerifyOutcome outcome = look(run);
  CHECK(outcome.whole);
  STRCMP_CONTAINS("was deleted at 2026-01-02T03:04:05Z to make room", outcome.facts["notes"].dump().c_str());
}

TEST(Verify, an_unsealed_segment_is_for_recover) {
  const auto files = make_run(run, camera, {5});
  std::ofstream(files[0].string() + "x.h5.part") << "torn";
  const VerifyOutcome outcome = look(run);
  CHECK_FALSE(outcome.whole);
  STRCMP_CONTAINS("tarsier recover", outcome.facts["faults"].dump().c_str());
  STRCMP_CONTAINS("tarsier recover", refusal(files[0].string() + "x.h5.part").c_str());
}

TEST(Verify, what_is_no_run_and_no_file_is_refused_with_a_remedy) {
  STRCMP_CONTAINS("is not there; name a run's folder or a file", refusal(folder / "nothing").c_str());
  STRCMP_CONTAINS("has no run.json; name a run's folder", refusal(folder.path()).c_str());
  make_run(run, camera, {3});
  STRCMP_CONTAINS("holds a run; name one of them", refusal(folder.path()).c_str());
  std::ofstream(run / "run.json") << "{}";
  STRCMP_CONTAINS("is not a manifest of a run", refusal(run).c_str());
}

TEST(Verify, a_foreign_file_is_told_from_a_damaged_one) {
  std::ofstream(folder / "text.h5") << "not HDF5 at all";
  STRCMP_CONTAINS("is no HDF5 file", look(folder / "text.h5").facts.dump().c_str());
}
