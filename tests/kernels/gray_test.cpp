#include "kernels/gray.hpp"

#include <CppUTest/TestHarness.h>

#include "kernels/kernel_twins.hpp"

using namespace tarsier;

TEST_GROUP(Gray){// All pixels of red and green `red` and `green`, blue 0 to 255, as one line of rgb24.
                 static void blues(std::uint32_t red, std::uint32_t green, std::vector<std::uint8_t>& line){
                     for (std::size_t blue = 0; blue < 256; ++blue){line[3 * blue] = static_cast<std::uint8_t>(red);
line[3 * blue + 1] = static_cast<std::uint8_t>(green);
line[3 * blue + 2] = static_cast<std::uint8_t>(blue);
}
}
static std::uint64_t wrong_grays(std::uint32_t red, std::uint32_t green, std::vector<std::uint8_t>& line) {
  blues(red, green, line);
  FrameView frame{.format = PixelFormat::rgb24, .width_px = 256, .height_px = 1, .planes = {}};
  frame.planes[0].data = reinterpret_cast<const std::byte*>(line.data());
  std::array<std::uint8_t, 256> gray{};
  gray_line(frame, 0, 0, gray);
  std::uint64_t wrong = 0;
  for (std::uint32_t blue = 0; blue < 256; ++blue) {
    wrong += gray[blue] != (9798 * red + 19235 * green + 3735 * blue + 16384) >> 15 ? 1U : 0U;
  }
  return wrong;
}
}
;

TEST(Gray, every_colour_of_16_777_216_follows_the_formula) {
  std::vector<std::uint8_t> line(3 * 256);
  std::uint64_t wrong = 0;
  for (std::uint32_t red = 0; red < 256; ++red) {
    for (std::uint32_t green = 0; green < 256; ++green) wrong += wrong_grays(red, green, line);
  }
  CHECK_EQUAL(0U, wrong);
}

TEST(Gray, white_is_255_and_black_is_0) {
  std::vector<std::uint8_t> line(3 * 256, 255);
  FrameView frame{.format = PixelFormat::bgr24, .width_px = 2, .height_px = 1, .planes = {}};
  frame.planes[0].data = reinterpret_cast<const std::byte*>(line.data());
  line[3] = line[4] = line[5] = 0;
  std::array<std::uint8_t, 2> gray{};
  gray_line(frame, 0, 0, gray);
  CHECK_EQUAL(255, gray[0]);
  CHECK_EQUAL(0, gray[1]);
}

TEST(Gray, each_format_equals_its_definition_at_every_width_and_offset) {
  for (const PixelFormat format : all_formats) {
    if (format == PixelFormat::gray16) continue;
    for (std::uint32_t width = 2; width <= 70; ++width) {
      const RandomFrame frame(format, width, 3, width % 5, width % 4, width % 2 == 1, width);
      for (const std::uint32_t first : {0U, 1U, width / 2, width - 1}) {
        std::vector<std::uint8_t> line(width - first);
        gray_line(frame.view(), first, 1, line);
        for (std::uint32_t x = first; x < width; ++x) CHECK_EQUAL(gray_twin(frame.view(), x, 1), line[x - first]);
      }
    }
  }
}

TEST(Gray, sixteen_bits_are_taken_as_they_are_from_any_address) {
  for (std::uint32_t width = 1; width <= 70; ++width) {
    const RandomFrame frame(PixelFormat::gray16, width, 2, 1, 1, false, width);
    std::vector<std::uint16_t> line(width);
    gray_line(frame.view(), 0, 1, line);
    for (std::uint32_t x = 0; x < width; ++x) CHECK_EQUAL(gray_twin(frame.view(), x, 1), line[x]);
  }
}

TEST(Gray, a_bayer_image_of_one_sample_is_continued_by_itself) {
  for (const PixelFormat format : all_formats) {
    if (format < PixelFormat::bayer_bggr8) continue;
    const RandomFrame frame(format, 1, 1, 0, 0, false, 7);
    std::array<std::uint8_t, 1> gray{};
    gray_line(frame.view(), 0, 0, gray);
    CHECK_EQUAL(std::to_integer<int>(*frame.view().planes[0].data), gray[0]);
  }
}
