#include "replay/raw_recording.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

void write_counting(const std::filesystem::path& path, int from, int count) {
  std::ofstream file(path, std::ios::binary);
  for (int i = from; i < from + count; ++i) file.put(static_cast<char>(i));
}

constexpr RawLayout small{{3, 2}, PixelFormat::gray8};

}  // namespace

TEST_GROUP(RawRecording) {
  TemporaryFolder folder;

  static int first_byte(Recording & recording, std::uint64_t index) {
    std::vector<std::byte> pixels(recording.facts().frame_bytes());
    return recording.read(index, pixels) ? std::to_integer<int>(pixels[0]) : -1;
  }
};

TEST(RawRecording, layouts_are_read_from_their_words) {
  CHECK((*raw_layout_from("768x512:gray16") == RawLayout{{768, 512}, PixelFormat::gray16}));
  CHECK((*raw_layout_from("768x512:u16") == RawLayout{{768, 512}, PixelFormat::gray16}));
  CHECK((*raw_layout_from("7x5:bayer_rggb8") == RawLayout{{7, 5}, PixelFormat::bayer_rggb8}));
}

TEST(RawRecording, a_layout_that_is_none_is_wrong_use_and_names_the_formats) {
  for (const char* text : {"", "768x512", "768x512:", "768x512:unknown", "x512:gray8", "0x5:gray8", "768:gray8",
                           "5x5:gray8 ", "-5x5:gray8", "99999x5:gray8", "60000x60000:gray8"}) {
    const auto layout = raw_layout_from(text);
    CHECK(!layout && layout.error().wrong_use);
  }
  STRCMP_CONTAINS("bayer_rggb8", raw_layout_from("5x5:raw").error().message.c_str());
}

TEST(RawRecording, images_follow_each_other_through_all_files) {
  write_counting(folder / "a", 0, 12);
  write_counting(folder / "b", 12, 6);
  const auto recording = RawRecording::open({folder / "a", folder / "b"}, small);
  CHECK_EQUAL(3U, (*recording)->facts().frames);
  for (const int frame : {0, 2, 1, 0}) CHECK_EQUAL(6 * frame, first_byte(**recording, static_cast<unsigned>(frame)));
}

TEST(RawRecording, of_planar_formats_only_the_luma_is_read) {
  write_counting(folder / "a", 0, 20);
  const auto recording = RawRecording::open({folder / "a"}, {{3, 2}, PixelFormat::i420});
  CHECK_EQUAL(2U, (*recording)->facts().frames);
  CHECK_EQUAL(6U, (*recording)->facts().frame_bytes());
  CHECK_EQUAL(10, first_byte(**recording, 1));
}

TEST(RawRecording, images_that_are_cut_or_missing_are_lost_alone) {
  write_counting(folder / "a", 0, 10);
  write_counting(folder / "b", 0, 0);
  write_counting(folder / "c", 50, 6);
  const auto recording = RawRecording::open({folder / "a", folder / "b", folder / "c"}, small);
  CHECK_EQUAL(4U, (*recording)->facts().frames);
  std::filesystem::remove(folder / "c");
  const std::vector<int> expected = {0, -1, -1, -1, 0};
  for (const std::uint64_t frame : {0U, 1U, 2U, 3U, 0U}) CHECK_EQUAL(expected[frame], first_byte(**recording, frame));
}

TEST(RawRecording, a_file_that_is_not_there_is_named) {
  const auto recording = RawRecording::open({folder / "missing"}, small);
  CHECK(!recording);
  STRCMP_CONTAINS("missing", recording.error().message.c_str());
}
