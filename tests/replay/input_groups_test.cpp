#include "replay/input_groups.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>

#include "replay/natural_order.hpp"
#include "replay/recording_file.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(InputGroups) {
  TemporaryFolder folder;

  std::filesystem::path image(const std::string& name) const {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << "P5 1 1 255\nx";
    return folder / name;
  }
  // "name: file file; name: file", with the paths below the folder.
  std::string grouped(const std::vector<std::filesystem::path>& words, const ReplayOptions& options = {}) const {
    const auto groups = group_inputs(words, options);
    if (!groups) return groups.error().wrong_use ? "refused: " + groups.error().message : "failed";
    std::string text;
    for (const auto& group : *groups) {
      text += (text.empty() ? "" : "; ") + group.name + ":";
      for (const auto& file : group.input.files) text += " " + file.lexically_relative(folder.path()).string();
    }
    return text;
  }
};

TEST(InputGroups, people_count_so) {
  CHECK(naturally_before("img2", "img10"));
  CHECK(naturally_before("img02", "img10"));
  CHECK(naturally_before("a9b2", "a9b10"));
  CHECK(naturally_before("img1", "img01"));
  CHECK(naturally_before("a", "b"));
  CHECK(naturally_before("a", "a1"));
  CHECK(naturally_before("99999999999999999999998", "99999999999999999999999"));
  CHECK_FALSE(naturally_before("img10", "img2"));
  CHECK_FALSE(naturally_before("img2", "img2"));
}

TEST(InputGroups, a_folder_is_the_sequence_of_its_images) {
  for (const char* name : {"plate/i10.pgm", "plate/i2.pgm", "plate/i1.PGM", "plate/.hidden.pgm"}) image(name);
  std::ofstream(folder / "plate" / "notes.txt") << "x";
  CHECK_EQUAL(std::string("plate: plate/i1.PGM plate/i2.pgm plate/i10.pgm"), grouped({folder / "plate"}));
  CHECK_EQUAL(std::string("plate: plate/i1.PGM plate/i2.pgm plate/i10.pgm"), grouped({folder / "plate/"}));
}

TEST(InputGroups, a_folder_without_images_is_refused) {
  std::ofstream(folder / "notes.txt") << "x";
  STRCMP_CONTAINS("holds no image", grouped({folder.path()}).c_str());
}

TEST(InputGroups, a_pattern_stands_for_the_files_that_match_it) {
  for (const char* name : {"b10.pgm", "b9.pgm", "a1.pgm"}) image(name);
  CHECK_EQUAL(std::string("b9: b9.pgm b10.pgm"), grouped({folder / "b*.pgm"}));
  STRCMP_CONTAINS("no file has such a name", grouped({folder / "c*.pgm"}).c_str());
}

TEST(InputGroups, images_that_follow_each_other_are_one_sequence) {
  const auto a = image("a.pgm"), b = image("b.pgm"), c = image("deep/c.pgm");
  CHECK_EQUAL(std::string("b: a.pgm b.pgm; c: deep/c.pgm"), grouped({b, a, c}));
}

TEST(InputGroups, files_of_several_pages_are_known_by_their_bytes_alone) {
  using namespace std::string_view_literals;
  // Two directories without a field, which libtiff refuses.
  std::ofstream(folder / "b.tif") << "II*\0\x8\0\0\0\0\0\xe\0\0\0\0\0\0\0\0\0"sv;
  std::ofstream(folder / "c.tif") << "II*\0 garbage"sv;
  CHECK_EQUAL(std::string("b: b.tif; a: a.pgm c.tif d.pgm"),
              grouped({folder / "b.tif", image("a.pgm"), folder / "c.tif", image("d.pgm")}));
}

TEST(InputGroups, recordings_and_videos_stand_alone) {
  write_recording(folder / "x.h5", {});
  write_recording(folder / "y.h5", {});
  std::ofstream(folder / "v.mp4") << "no video";
  CHECK_EQUAL(std::string("x: x.h5; y: y.h5; v: v.mp4; a: a.pgm"),
              grouped({folder / "x.h5", folder / "y.h5", folder / "v.mp4", image("a.pgm")}));
}

TEST(InputGroups, raw_files_of_one_image_are_a_sequence_and_longer_ones_stand_alone) {
  const ReplayOptions options{.raw = RawLayout{{2, 2}, PixelFormat::gray8}};
  for (const char* name : {"a", "b"}) std::ofstream(folder / name) << "1234";
  std::ofstream(folder / "c") << "12345678";
  CHECK_EQUAL(std::string("a: a b; c: c"), grouped({folder / "a", folder / "b", folder / "c"}, options));
}

TEST(InputGroups, an_image_that_is_not_there_is_refused) {
  STRCMP_CONTAINS("there is no such file", grouped({folder / "a.png"}).c_str());
}
