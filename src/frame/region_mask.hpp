// Regions of interest as runs of pixels, line by line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "frame/frame_view.hpp"

namespace tarsier {

// Pixels first_x_px <= x < end_x_px of line y_px.
struct Span {
  std::uint32_t y_px = 0;
  std::uint32_t first_x_px = 0;
  std::uint32_t end_x_px = 0;
  bool operator==(const Span&) const = default;
};

// A set of pixels of an image: spans in order of line, then column, none touching another.
struct RegionMask {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<Span> spans;
  std::uint64_t pixels = 0;  // n
};

struct Point {
  double x_px = 0;
  double y_px = 0;
};

// dx^2 + dy^2 <= r^2 about an integer centre: the pixels of a filled OpenCV circle. Clipped to the image.
[[nodiscard]] std::vector<Span> circle_spans(ImageSize image, std::int64_t x_px, std::int64_t y_px,
                                             std::int64_t radius_px);
// Clipped to the image.
[[nodiscard]] std::vector<Span> rectangle_spans(ImageSize image, std::int64_t x_px, std::int64_t y_px,
                                                std::int64_t width_px, std::int64_t height_px);
// Even-odd rule at pixel centres; a centre on a left or top edge belongs, on a right or bottom edge does not.
// Pixel (x, y) has its centre at the coordinates (x, y). Clipped to the image.
[[nodiscard]] std::vector<Span> polygon_spans(ImageSize image, std::span<const Point> corners);
// Pixels that are not 0 in `mask` (one byte a pixel, lines without padding, image.pixels() bytes).
[[nodiscard]] std::vector<Span> mask_spans(ImageSize image, std::span<const std::uint8_t> mask);
[[nodiscard]] std::uint64_t count_pixels(std::span<const Span> spans);
// The reverse: 255 where the region is, else 0. `mask` has image.pixels() bytes.
void draw_mask(std::span<const Span> spans, ImageSize image, std::span<std::uint8_t> mask);

}  // namespace tarsier
