#include "kernels/convert.hpp"

#include <CppUTest/TestHarness.h>

#include "kernels/kernel_twins.hpp"

using namespace tarsier;

TEST_GROUP(Convert){static ConvertPlan whole(const FrameView& frame, std::uint32_t bin,
                                             std::uint32_t rotate_deg){return {.crop_x_px = 0,
                                                                               .crop_y_px = 0,
                                                                               .crop_width_px = frame.width_px,
                                                                               .crop_height_px = frame.height_px,
                                                                               .bin = bin,
                                                                               .rotate_deg = rotate_deg,
                                                                               .pixel = natural_pixel(frame.format)};
}
static void check(const ConvertPlan& plan, const FrameView& frame) {
  CHECK_TRUE_TEXT(convert_twin(plan, frame) == converted(plan, frame), describe(plan, frame).c_str());
}
// Every bin and rotation of `plan` on `frame`.
static void check_all_turns(ConvertPlan plan, const FrameView& frame) {
  for (const std::uint32_t bin : {1U, 2U, 4U}) {
    for (const std::uint32_t degrees : {0U, 90U, 180U, 270U}) {
      plan.bin = bin;
      plan.rotate_deg = degrees;
      check(plan, frame);
    }
  }
}
}
;

TEST(Convert, equals_its_definition_for_every_format_width_bin_and_rotation) {
  for (const PixelFormat format : all_formats) {
    for (std::uint32_t width = 2; width <= 70; ++width) {
      const RandomFrame frame(format, width, 2 + width % 9, 0, 0, false, width);
      check_all_turns(whole(frame.view(), 1, 0), frame.view());
    }
  }
}

TEST(Convert, takes_any_stride_and_lines_in_reverse_order) {
  for (const PixelFormat format : all_formats) {
    for (const bool flipped : {false, true}) {
      for (const std::size_t padding : {1U, 3U, 64U}) {
        const RandomFrame frame(format, 33, 9, padding, 1, flipped, 5);
        check_all_turns(whole(frame.view(), 1, 0), frame.view());
      }
    }
  }
}

TEST(Convert, crops_at_odd_places) {
  for (const PixelFormat format : all_formats) {
    const RandomFrame frame(format, 61, 43, 2, 0, false, 11);
    for (const std::uint32_t x : {0U, 1U, 7U, 23U}) {
      for (const std::uint32_t width : {4U, 17U, 38U}) {
        ConvertPlan plan = whole(frame.view(), 1, 0);
        plan.crop_x_px = x;
        plan.crop_y_px = x + 1;
        plan.crop_width_px = width;
        plan.crop_height_px = 13;
        check_all_turns(plan, frame.view());
      }
    }
  }
}

TEST(Convert, turns_images_that_are_higher_than_a_band) {
  for (std::uint32_t height = 30; height <= 70; ++height) {
    const RandomFrame frame(PixelFormat::gray8, 19, height, 0, 0, false, height);
    check_all_turns(whole(frame.view(), 1, 0), frame.view());
  }
}

TEST(Convert, a_bin_of_the_largest_pixels_does_not_overflow) {
  for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::gray16}) {
    std::vector<std::byte> white(16 * 16 * 2, std::byte{255});
    FrameView frame{.format = format, .width_px = 16, .height_px = 16, .planes = {}};
    frame.planes[0] = {white.data(), 32};
    for (const std::uint16_t pixel : converted(whole(frame, 4, 0), frame)) {
      CHECK_EQUAL(largest_value(natural_pixel(format)), pixel);
    }
  }
}

TEST(Convert, size_is_cut_to_whole_bins_and_swapped_when_it_lies_sideways) {
  const ConvertPlan plan{.crop_x_px = 0,
                         .crop_y_px = 0,
                         .crop_width_px = 11,
                         .crop_height_px = 7,
                         .bin = 2,
                         .rotate_deg = 270,
                         .pixel = StoredPixel::gray8};
  CHECK(converted_size(plan) == (ImageSize{3, 5}));
}

TEST(Convert, a_crop_smaller_than_a_bin_gives_nothing) {
  const RandomFrame frame(PixelFormat::gray8, 3, 3, 0, 0, false, 1);
  CHECK(converted(whole(frame.view(), 4, 90), frame.view()).empty());
}
