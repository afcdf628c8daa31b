#include "frame/image_batch.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(ImageBatch){};

TEST(ImageBatch, a_projection_is_found_by_its_word_and_a_map_of_the_correction_is_none) {
  for (std::size_t i = 0; i < projection_kinds; ++i) {
    const auto kind = static_cast<ImageKind>(i);
    CHECK(projection_kind_from(to_text(kind)) == kind);
  }
  CHECK_FALSE(projection_kind_from("factor").has_value());
  CHECK_FALSE(projection_kind_from("").has_value());
}

TEST(ImageBatch, maps_are_wider_than_frames) {
  CHECK_EQUAL(1, bytes_per_pixel(ImageKind::median, StoredPixel::gray8));
  CHECK_EQUAL(4, bytes_per_pixel(ImageKind::std, StoredPixel::gray8));
  CHECK_EQUAL(2, bytes_per_pixel(ImageKind::subtrahend, StoredPixel::gray8));
  CHECK_EQUAL(4, bytes_per_pixel(ImageKind::factor, StoredPixel::gray16));
}
