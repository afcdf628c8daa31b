#include "frame/pixel_format.hpp"

#include <CppUTest/TestHarness.h>

#include <set>
#include <string>

using namespace tarsier;

TEST_GROUP(PixelFormat){};

TEST(PixelFormat, every_format_has_a_word_of_its_own) {
  std::set<std::string_view> words;
  const auto last = static_cast<int>(PixelFormat::bayer_rggb8);
  for (int i = 0; i <= last; ++i) words.insert(to_text(static_cast<PixelFormat>(i)));
  CHECK_EQUAL(last + 1, static_cast<int>(words.size()));
  CHECK_FALSE(words.contains("unknown"));
}

TEST(PixelFormat, stored_pixels_are_read_back_from_their_words) {
  for (const StoredPixel pixel : {StoredPixel::gray8, StoredPixel::gray16}) {
    CHECK_TRUE(stored_pixel_from(to_text(pixel)) == pixel);
  }
  CHECK_FALSE(stored_pixel_from("float32").has_value());
}

TEST(PixelFormat, only_sixteen_bits_become_sixteen_bits) {
  CHECK_TRUE(natural_pixel(PixelFormat::gray16) == StoredPixel::gray16);
  CHECK_TRUE(natural_pixel(PixelFormat::bayer_rggb8) == StoredPixel::gray8);
  CHECK_EQUAL(2, bytes_per_pixel(StoredPixel::gray16));
  CHECK_EQUAL(65535, largest_value(StoredPixel::gray16));
}

TEST(PixelFormat, an_unknown_luma_range_says_so) {
  STRCMP_EQUAL("full", std::string(to_text(LumaRange::full)).c_str());
  STRCMP_EQUAL("limited", std::string(to_text(LumaRange::limited)).c_str());
  STRCMP_EQUAL("unknown", std::string(to_text(LumaRange::unknown)).c_str());
}
