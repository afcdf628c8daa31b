#include "process/correction_maps.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(CorrectionMaps) {
  static constexpr ImageSize size{5, 4};
  CorrectConfig config;
  MeanImage flat{size, 1, std::vector<std::uint32_t>(size.pixels(), 100)};

  void setup() override { config.divide.emplace(); }
};

TEST(CorrectionMaps, a_dark_frame_is_subtracted_in_256ths_and_taken_from_the_flat_field) {
  config.subtract.emplace().amount = 0.5;
  const MeanImage dark{size, 2, std::vector<std::uint32_t>(size.pixels(), 41)};  // mean 20.5
  flat.sums[3] = 61;  // half as bright as the others, but for the dark
  const auto maps = correction_maps(config, StoredPixel::gray8, &dark, &flat);
  CHECK(maps.has_value());
  const auto* subtrahend = reinterpret_cast<const std::uint16_t*>(maps->subtrahend.data());
  const auto* factor = reinterpret_cast<const std::uint16_t*>(maps->factor.data());
  CHECK_EQUAL(2624, subtrahend[0]);  // 256 * 0.5 * 20.5
  const double mean = (19 * 79.5 + 40.5) / 20;
  CHECK_EQUAL(static_cast<int>(8192 * mean / 40.5 + 0.5), factor[3]);
  CHECK_EQUAL(static_cast<int>(8192 * mean / 79.5 + 0.5), factor[0]);
}

TEST(CorrectionMaps, a_flat_field_that_would_brighten_too_much_is_refused_with_its_pixels) {
  flat.sums[7] = 5;
  const auto maps = correction_maps(config, StoredPixel::gray8, nullptr, &flat);
  CHECK_FALSE(maps.has_value());
  STRCMP_CONTAINS("1 of 20 pixels would be brightened 8 times or more", maps.error().message.c_str());
  flat.sums[7] = 50;
  CHECK(correction_maps(config, StoredPixel::gray8, nullptr, &flat).has_value());
}

TEST(CorrectionMaps, a_flat_field_as_dark_as_the_dark_frame_is_refused) {
  config.subtract.emplace();
  CHECK_FALSE(correction_maps(config, StoredPixel::gray16, &flat, &flat).has_value());
}
