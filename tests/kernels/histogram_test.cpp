#include "kernels/histogram.hpp"

#include <CppUTest/TestHarness.h>

#include <vector>

#include "kernels/pixels.hpp"

using namespace tarsier;

namespace {

template <typename Pixel>
void check_frame(std::size_t pixels, Content content) {
  Pixels<Pixel> frame(pixels);
  fill(frame.span(), content, static_cast<std::uint32_t>(pixels));
  Histogram expected{}, found{};
  for (const Pixel pixel : frame.view()) ++expected[sizeof(Pixel) == 1 ? pixel : pixel / 256];
  add_histogram(frame.view(), found);
  CHECK(expected == found);
}

template <typename Pixel>
void check_region(ImageSize size, std::span<const Span> spans) {
  Pixels<Pixel> frame(size.pixels());
  fill(frame.span(), Content::random, size.width_px);
  Histogram expected{}, found{};
  for (const Span& span : spans) {
    for (std::size_t x = span.first_x_px; x < span.end_x_px; ++x) {
      const Pixel pixel = frame[span.y_px * std::size_t{size.width_px} + x];
      ++expected[sizeof(Pixel) == 1 ? pixel : pixel / 256];
    }
  }
  add_histogram(frame.view(), size.width_px, spans, found);
  CHECK(expected == found);
}

}  // namespace

TEST_GROUP(Histogram){};

TEST(Histogram, counts_every_pixel_once) {
  for (std::size_t pixels = 1; pixels <= 300; ++pixels) {
    check_frame<std::uint8_t>(pixels, Content::random);
    check_frame<std::uint16_t>(pixels, Content::random);
  }
  for (const Content content : all_contents) {
    check_frame<std::uint8_t>(100003, content);
    check_frame<std::uint16_t>(100003, content);
  }
}

TEST(Histogram, counts_the_pixels_of_a_region_alone) {
  for (std::uint32_t width = 1; width <= 300; width += 7) {
    const ImageSize size{width, 13};
    check_region<std::uint8_t>(size, circle_spans(size, width / 2, 6, 5));
    check_region<std::uint16_t>(size, circle_spans(size, width / 2, 6, 5));
  }
}

TEST(Histogram, is_added_to_what_is_there) {
  const std::vector<std::uint8_t> frame(9, 4);
  Histogram bins{};
  for (int i = 0; i < 3; ++i) add_histogram(frame, bins);
  CHECK_EQUAL(27U, bins[4]);
}
