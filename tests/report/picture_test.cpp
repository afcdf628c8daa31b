#include "report/picture.hpp"

#include <CppUTest/TestHarness.h>
#include <png.h>

#include <vector>

#include "report/gray_png.hpp"

using namespace tarsier;

namespace {

std::vector<std::uint8_t> decoded(std::span<const std::byte> png, std::uint32_t width, std::uint32_t height) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  CHECK(png_image_begin_read_from_memory(&image, png.data(), png.size()) != 0);
  CHECK_EQUAL(width, image.width);
  CHECK_EQUAL(height, image.height);
  image.format = PNG_FORMAT_GRAY;
  std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
  CHECK(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) != 0);
  return pixels;
}

std::vector<std::uint8_t> pixels_of(const ShownPicture& picture) {
  return decoded(picture.png, picture.width, picture.height);
}

void must_be(const std::vector<std::uint8_t>& expected, const std::vector<std::uint8_t>& found) {
  CHECK_EQUAL(expected.size(), found.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK_EQUAL(int{expected[i]}, int{found[i]});
}

}  // namespace

TEST_GROUP(Picture){};

TEST(Picture, png_holds_the_pixels_as_they_are) {
  for (const std::uint32_t width : {1U, 2U, 3U, 17U, 300U}) {
    std::vector<std::uint8_t> pixels;
    for (std::uint32_t i = 0; i < 5 * width; ++i) pixels.push_back(static_cast<std::uint8_t>(i * 37));
    must_be(pixels, decoded(gray_png(pixels, width, 5), width, 5));
  }
}

TEST(Picture, an_image_of_no_size_is_no_png) { CHECK(gray_png({}, 0, 0).empty()); }

TEST(Picture, the_mean_is_weighted_and_the_maximum_is_not) {
  PictureSum sum(2, 1, 1);
  const std::uint16_t dark[] = {10, 100};
  const std::uint16_t bright[] = {50, 20};
  sum.add_mean(dark, 3);
  sum.add_mean(bright, 1);
  sum.add_maximum(dark);
  sum.add_maximum(bright);
  must_be({20, 80}, pixels_of(sum.mean(255)));
  must_be({50, 100}, pixels_of(sum.maximum(255)));
}

TEST(Picture, squares_of_pixels_become_one_and_edges_need_not_be_whole) {
  PictureSum sum(3, 3, 2);
  const std::uint16_t image[] = {0, 10, 200, 20, 30, 100, 7, 9, 250};
  sum.add_mean(image, 1);
  sum.add_maximum(image);
  must_be({15, 150, 8, 250}, pixels_of(sum.mean(255)));
  must_be({30, 200, 9, 250}, pixels_of(sum.maximum(255)));
}

TEST(Picture, deep_images_are_stretched_and_say_how) {
  PictureSum sum(3, 1, 1);
  const std::uint16_t image[] = {1000, 1500, 2000};
  sum.add_mean(image, 1);
  const auto picture = sum.mean(65535);
  must_be({0, 128, 255}, pixels_of(picture));
  DOUBLES_EQUAL(1000, picture.black, 0);
  DOUBLES_EQUAL(2000, picture.white, 0);
}

TEST(Picture, a_deep_image_of_one_value_is_black) {
  PictureSum sum(2, 1, 1);
  const std::uint16_t image[] = {700, 700};
  sum.add_mean(image, 1);
  must_be({0, 0}, pixels_of(sum.mean(65535)));
}

TEST(Picture, the_longer_side_decides_the_reduction) {
  CHECK_EQUAL(1, reduction(1000, 800, 1000));
  CHECK_EQUAL(2, reduction(1001, 800, 1000));
  CHECK_EQUAL(5, reduction(10, 5000, 1000));
  CHECK_EQUAL(1, reduction(1, 1, 1000));
}
