#include "frame/region_mask.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(RegionMask){
    static std::uint64_t brute_circle(ImageSize image, int cx, int cy, int r){std::uint64_t pixels = 0;
for (int y = 0; y < static_cast<int>(image.height_px); ++y) {
  for (int x = 0; x < static_cast<int>(image.width_px); ++x) {
    if ((x - cx) * (x - cx) + (y - cy) * (y - cy) <= r * r) ++pixels;
  }
}
return pixels;
}
}
;

TEST(RegionMask, circle_holds_the_pixels_within_its_radius) {
  for (int r = 0; r < 40; ++r) {
    CHECK_EQUAL(brute_circle({100, 90}, 50, 45, r), count_pixels(circle_spans({100, 90}, 50, 45, r)));
  }
}

TEST(RegionMask, circle_is_clipped_to_the_image) {
  CHECK_EQUAL(brute_circle({30, 20}, 2, 18, 15), count_pixels(circle_spans({30, 20}, 2, 18, 15)));
}

TEST(RegionMask, polygon_of_a_square_holds_its_pixels_once) {
  const Point square[] = {{2, 3}, {7, 3}, {7, 9}, {2, 9}};
  CHECK_EQUAL(30, count_pixels(polygon_spans({20, 20}, square)));
}

TEST(RegionMask, polygon_that_crosses_itself_follows_even_odd) {
  // A square traversed twice covers every pixel an even number of times.
  const Point twice[] = {{2, 2}, {8, 2}, {8, 8}, {2, 8}, {2, 2}, {8, 2}, {8, 8}, {2, 8}};
  CHECK_EQUAL(0, count_pixels(polygon_spans({20, 20}, twice)));
}

TEST(RegionMask, mask_and_spans_are_each_others_reverse) {
  const ImageSize image{37, 23};
  const auto circle = circle_spans(image, 15, 12, 11);
  std::vector<std::uint8_t> mask(image.pixels());
  draw_mask(circle, image, mask);
  CHECK(circle == mask_spans(image, mask));
}
