#include "report/outline.hpp"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace tarsier;

namespace {

struct Mask {
  std::uint32_t width;
  std::uint32_t height;
  std::vector<std::uint8_t> pixels;
};

// Lines of '#' and '.'.
Mask mask_of(const std::vector<std::string>& lines) {
  Mask mask{static_cast<std::uint32_t>(lines.front().size()), static_cast<std::uint32_t>(lines.size()), {}};
  for (const auto& line : lines)
    for (const char c : line) mask.pixels.push_back(c == '#' ? 255 : 0);
  return mask;
}

Outline trace(const std::vector<std::string>& lines) {
  const auto mask = mask_of(lines);
  return trace_outline(mask.pixels, mask.width, mask.height);
}

auto loops(const Outline& outline) { return std::count(outline.path.begin(), outline.path.end(), 'Z'); }

}  // namespace

TEST_GROUP(Outline){};

TEST(Outline, a_rectangle_has_its_four_corners) {
  const auto outline = trace({"......", "..###.", "..###.", "......"});
  STRCMP_EQUAL("M2 1L5 1L5 3L2 3Z", outline.path.c_str());
  DOUBLES_EQUAL(3.5, outline.label_x, 1e-9);
  DOUBLES_EQUAL(2.0, outline.label_y, 1e-9);
  DOUBLES_EQUAL(3.5, outline.top_x, 1e-9);
  DOUBLES_EQUAL(1.0, outline.top_y, 1e-9);
}

TEST(Outline, a_mask_that_fills_the_image_is_its_edge) {
  STRCMP_EQUAL("M0 0L3 0L3 2L0 2Z", trace({"###", "###"}).path.c_str());
}

TEST(Outline, an_empty_mask_has_none) {
  const auto outline = trace({"...", "..."});
  STRCMP_EQUAL("", outline.path.c_str());
  DOUBLES_EQUAL(0, outline.label_x, 0);
}

TEST(Outline, a_hole_is_a_second_loop) { CHECK_EQUAL(2, loops(trace({"#####", "#...#", "#...#", "#...#", "#####"}))); }

TEST(Outline, parts_that_touch_at_a_corner_are_two_loops) {
  CHECK_EQUAL(2, loops(trace({"##..", "##..", "..##", "..##"})));
  CHECK_EQUAL(2, loops(trace({"..##", "..##", "##..", "##.."})));
}

TEST(Outline, one_pixel_is_a_square) { STRCMP_EQUAL("M1 1L2 1L2 2L1 2Z", trace({"...", ".#.", "..."}).path.c_str()); }

TEST(Outline, a_circle_needs_few_points) {
  constexpr int radius = 190;
  constexpr int side = 2 * radius + 3;
  std::vector<std::uint8_t> mask;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int dx = x - radius - 1;
      const int dy = y - radius - 1;
      mask.push_back(dx * dx + dy * dy <= radius * radius ? 1 : 0);
    }
  const auto outline = trace_outline(mask, side, side);
  CHECK_EQUAL(1, loops(outline));
  const auto points = std::count(outline.path.begin(), outline.path.end(), 'L') + 1;
  CHECK(points >= 24 && points <= 200);
  DOUBLES_EQUAL(radius + 1.5, outline.label_x, 1e-6);
  DOUBLES_EQUAL(1, outline.top_y, 1e-6);
}
