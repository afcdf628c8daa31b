#include "kernels/convert.hpp"

#include <CppUTest/TestHarness.h>

#include "kernels/kernel_twins.hpp"

using namespace tarsier;

namespace {

ConvertPlan whole(const FrameView& frame) {
  return {.crop_width_px = frame.width_px, .crop_height_px = frame.height_px, .pixel = natural_pixel(frame.format)};
}

// By every instruction set.
void check(const ConvertPlan& plan, const FrameView& frame) {
  const auto expected = convert_twin(plan, frame);
  with_each_instruction_set(
      [&](InstructionSet) { CHECK_TRUE_TEXT(expected == converted(plan, frame), describe(plan, frame).c_str()); });
}

std::vector<BayerMethod> methods(PixelFormat format) {
  if (is_bayer(format)) return {BayerMethod::bilinear, BayerMethod::superpixel};
  return {BayerMethod::bilinear};
}

// Every bin, rotation and flip of `plan` on `frame`.
void check_all_turns(ConvertPlan plan, const FrameView& frame) {
  for (const BayerMethod method : methods(frame.format)) {
    for (const std::uint32_t bin : {1U, 2U, 4U}) {
      for (const std::uint32_t degrees : {0U, 90U, 180U, 270U}) {
        for (const Flip flip : {Flip::none, Flip::horizontal, Flip::vertical}) {
          plan.bayer = method;
          plan.bin = bin;
          plan.rotate_deg = degrees;
          plan.flip = flip;
          check(plan, frame);
        }
      }
    }
  }
}

}  // namespace

TEST_GROUP(Convert){};

TEST(Convert, equals_its_definition_for_every_format_and_width_and_reads_nothing_behind_the_source) {
  for (const PixelFormat format : all_pixel_formats()) {
    for (std::uint32_t width = 1; width <= 300; ++width) {
      const RandomFrame frame(format, width, 3, width % 5, width % 2 == 1, width);
      for (const BayerMethod method : methods(format)) {
        ConvertPlan plan = whole(frame.view());
        plan.bayer = method;
        check(plan, frame.view());
      }
    }
  }
}

TEST(Convert, equals_its_definition_for_every_bin_rotation_and_flip) {
  std::uint32_t width = 5;
  for (const PixelFormat format : all_pixel_formats()) {
    for (const std::uint32_t height : {7U, 18U, 37U}) {
      width = width % 71 + 9;
      const RandomFrame frame(format, width, height, width % 3, false, width);
      check_all_turns(whole(frame.view()), frame.view());
    }
  }
}

TEST(Convert, a_frame_without_padding_is_one_long_line) {
  for (const PixelFormat format : all_pixel_formats()) {
    for (const std::uint32_t width : {1U, 13U, 64U, 97U}) {
      const RandomFrame frame(format, width, 5, 0, false, width);
      check(whole(frame.view()), frame.view());
    }
  }
}

TEST(Convert, takes_any_stride_and_lines_in_reverse_order) {
  for (const PixelFormat format : all_pixel_formats()) {
    for (const bool flipped : {false, true}) {
      for (const std::size_t padding : {1U, 3U, 64U}) {
        const RandomFrame frame(format, 33, 9, padding, flipped, 5);
        check(whole(frame.view()), frame.view());
      }
    }
  }
}

TEST(Convert, crops_at_odd_places) {
  for (const PixelFormat format : all_pixel_formats()) {
    const RandomFrame frame(format, 61, 43, 2, false, 11);
    for (const std::uint32_t x : {0U, 1U, 2U, 7U, 23U}) {
      for (const std::uint32_t width : {1U, 4U, 17U, 38U}) {
        ConvertPlan plan = whole(frame.view());
        plan.crop_x_px = x;
        plan.crop_y_px = x + 1;
        plan.crop_width_px = width;
        plan.crop_height_px = 13;
        plan.bin = 1 + x % 2;
        plan.rotate_deg = 90 * (width % 4);
        for (const BayerMethod method : methods(format)) {
          plan.bayer = method;
          check(plan, frame.view());
        }
      }
    }
  }
}

TEST(Convert, turns_images_that_are_higher_than_a_band) {
  for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::gray16}) {
    for (std::uint32_t height = 60; height <= 150; height += 7) {
      const RandomFrame frame(format, 37, height, 0, false, height);
      check_all_turns(whole(frame.view()), frame.view());
    }
  }
}

TEST(Convert, the_largest_samples_do_not_overflow) {
  std::vector<std::byte> white(std::size_t{40} * 16 * 4, std::byte{255});
  for (const PixelFormat format : all_pixel_formats()) {
    FrameView frame{.format = format, .width_px = 40, .height_px = 16, .planes = {}};
    frame.planes[0] = {white.data(), 160};
    const std::uint32_t largest = packing(format) == Packing::raw10   ? 1023
                                  : packing(format) == Packing::raw12 ? 4095
                                                                      : largest_value(natural_pixel(format));
    for (const BayerMethod method : methods(format)) {
      ConvertPlan plan = whole(frame);
      plan.bin = 4;
      plan.bayer = method;
      with_each_instruction_set([&](InstructionSet) {
        for (const std::uint16_t pixel : converted(plan, frame)) CHECK_EQUAL(largest, pixel);
      });
    }
  }
}

TEST(Convert, size_is_halved_by_superpixels_cut_to_whole_bins_and_swapped_when_it_lies_sideways) {
  ConvertPlan plan{.crop_width_px = 11, .crop_height_px = 7, .bin = 2, .rotate_deg = 270, .flip = Flip::vertical};
  CHECK(converted_size(plan) == (ImageSize{3, 5}));
  plan.bayer = BayerMethod::superpixel;
  CHECK(converted_size(plan) == (ImageSize{1, 2}));
}

TEST(Convert, a_flip_comes_after_the_rotation) {
  const std::uint8_t pixels[] = {1, 2};
  FrameView frame{.format = PixelFormat::gray8, .width_px = 2, .height_px = 1, .planes = {}};
  frame.planes[0] = {reinterpret_cast<const std::byte*>(pixels), 2};
  ConvertPlan plan = whole(frame);
  plan.rotate_deg = 90;
  plan.flip = Flip::vertical;
  CHECK(converted(plan, frame) == (std::vector<std::uint16_t>{2, 1}));
  plan.flip = Flip::horizontal;
  CHECK(converted(plan, frame) == (std::vector<std::uint16_t>{1, 2}));
}

TEST(Convert, a_crop_smaller_than_a_bin_gives_nothing) {
  const RandomFrame frame(PixelFormat::gray8, 3, 3, 0, false, 1);
  ConvertPlan plan = whole(frame.view());
  plan.bin = 4;
  plan.rotate_deg = 90;
  CHECK(converted(plan, frame.view()).empty());
}
