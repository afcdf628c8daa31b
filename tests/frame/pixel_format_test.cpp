#include "frame/pixel_format.hpp"

#include <CppUTest/TestHarness.h>

#include <set>
#include <string>

using namespace tarsier;

TEST_GROUP(PixelFormat){};

TEST(PixelFormat, every_format_has_a_word_of_its_own_and_is_read_back_from_it) {
  std::set<std::string_view> words;
  for (const PixelFormat format : all_pixel_formats()) {
    words.insert(to_text(format));
    CHECK_TRUE(pixel_format_from(to_text(format)) == format);
  }
  CHECK_EQUAL(all_pixel_formats().size(), words.size());
  CHECK_FALSE(pixel_format_from("GRAY8").has_value());
}

TEST(PixelFormat, a_line_of_packed_samples_holds_whole_groups) {
  CHECK_EQUAL(10, line_bytes(PixelFormat::gray_raw10, 8));
  CHECK_EQUAL(15, line_bytes(PixelFormat::gray_raw10, 9));
  CHECK_EQUAL(12, line_bytes(PixelFormat::bayer_rggb_raw12, 8));
  CHECK_EQUAL(15, line_bytes(PixelFormat::bayer_rggb_raw12, 9));
  CHECK_EQUAL(27, line_bytes(PixelFormat::rgb24, 9));
  CHECK_EQUAL(18, line_bytes(PixelFormat::gray12, 9));
}

TEST(PixelFormat, bayer_methods_and_flips_are_read_back_from_their_words) {
  for (const BayerMethod method : {BayerMethod::bilinear, BayerMethod::superpixel}) {
    CHECK_TRUE(bayer_method_from(to_text(method)) == method);
  }
  for (const Flip flip : {Flip::none, Flip::horizontal, Flip::vertical}) CHECK_TRUE(flip_from(to_text(flip)) == flip);
  CHECK_FALSE(bayer_method_from("nearest").has_value());
  CHECK_FALSE(flip_from("both").has_value());
}

TEST(PixelFormat, stored_pixels_are_read_back_from_their_words) {
  for (const StoredPixel pixel : {StoredPixel::gray8, StoredPixel::gray16}) {
    CHECK_TRUE(stored_pixel_from(to_text(pixel)) == pixel);
  }
  CHECK_FALSE(stored_pixel_from("float32").has_value());
}

TEST(PixelFormat, an_image_holds_all_planes) {
  CHECK_EQUAL(15U, image_bytes(PixelFormat::gray8, 5, 3));
  CHECK_EQUAL(15U + 2 * 3 * 2, image_bytes(PixelFormat::i420, 5, 3));
  CHECK_EQUAL(15U + 2 * 3 * 3, image_bytes(PixelFormat::y42b, 5, 3));
  CHECK_EQUAL(45U, image_bytes(PixelFormat::y444, 5, 3));
  CHECK_EQUAL(60U, image_bytes(PixelFormat::rgbx32, 5, 3));
  CHECK_EQUAL(2 * 15U, image_bytes(PixelFormat::bayer_rggb_raw10, 9, 2));
}

TEST(PixelFormat, only_samples_of_more_than_eight_bits_become_sixteen_bits) {
  CHECK_TRUE(natural_pixel(PixelFormat::gray16) == StoredPixel::gray16);
  CHECK_TRUE(natural_pixel(PixelFormat::gray_raw10) == StoredPixel::gray16);
  CHECK_TRUE(natural_pixel(PixelFormat::bayer_grbg16) == StoredPixel::gray16);
  CHECK_TRUE(natural_pixel(PixelFormat::bayer_rggb8) == StoredPixel::gray8);
  CHECK_TRUE(natural_pixel(PixelFormat::rgb24) == StoredPixel::gray8);
  CHECK_EQUAL(2, bytes_per_pixel(StoredPixel::gray16));
  CHECK_EQUAL(65535, largest_value(StoredPixel::gray16));
}

TEST(PixelFormat, an_unknown_luma_range_says_so) {
  STRCMP_EQUAL("full", std::string(to_text(LumaRange::full)).c_str());
  STRCMP_EQUAL("limited", std::string(to_text(LumaRange::limited)).c_str());
  STRCMP_EQUAL("unknown", std::string(to_text(LumaRange::unknown)).c_str());
}
