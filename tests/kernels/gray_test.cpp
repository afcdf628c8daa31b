#include "kernels/gray.hpp"

#include <CppUTest/TestHarness.h>

#include "kernels/kernel_twins.hpp"

using namespace tarsier;

namespace {

// All pixels of red and green `red` and `green`, blue 0 to 255, as one line of rgb24.
void blues(std::uint32_t red, std::uint32_t green, std::vector<std::uint8_t>& line) {
  for (std::size_t blue = 0; blue < 256; ++blue) {
    line[3 * blue] = static_cast<std::uint8_t>(red);
    line[3 * blue + 1] = static_cast<std::uint8_t>(green);
    line[3 * blue + 2] = static_cast<std::uint8_t>(blue);
  }
}

std::uint64_t wrong_grays(std::uint32_t red, std::uint32_t green, std::vector<std::uint8_t>& line) {
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

// Line 1 from pixel `first` on.
template <typename Pixel>
void check_pixels(const FrameView& frame, std::uint32_t first) {
  std::vector<Pixel> line(frame.width_px - first);
  gray_line(frame, first, 1, line);
  for (std::uint32_t x = first; x < frame.width_px; ++x) {
    CHECK_EQUAL_TEXT(gray_twin(frame, x, 1), line[x - first], std::string(to_text(frame.format)).c_str());
  }
}

void check_part(const FrameView& frame, std::uint32_t first) {
  if (natural_pixel(frame.format) == StoredPixel::gray8) return check_pixels<std::uint8_t>(frame, first);
  check_pixels<std::uint16_t>(frame, first);
}

}  // namespace

TEST_GROUP(Gray){};

TEST(Gray, every_colour_of_16_777_216_follows_the_formula) {
  std::vector<std::uint8_t> line(3 * 256);
  with_each_instruction_set([&](InstructionSet) {
    std::uint64_t wrong = 0;
    for (std::uint32_t red = 0; red < 256; ++red) {
      for (std::uint32_t green = 0; green < 256; ++green) wrong += wrong_grays(red, green, line);
    }
    CHECK_EQUAL(0U, wrong);
  });
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

TEST(Gray, any_part_of_a_line_is_read_and_nothing_behind_it) {
  for (const PixelFormat format : all_pixel_formats()) {
    if (is_bayer(format)) continue;
    for (std::uint32_t width = 2; width <= 140; width += 3) {
      const RandomFrame frame(format, width, 2, width % 5, width % 2 == 1, width);
      for (const std::uint32_t first : {0U, 1U, 3U, width / 2, width - 1}) {
        if (first < width) with_each_instruction_set([&](InstructionSet) { check_part(frame.view(), first); });
      }
    }
  }
}
