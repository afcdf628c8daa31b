// Gray of Bayer mosaics, of 8-bit samples or 16-bit ones. Pure; allocates nothing; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "frame/pixel_format.hpp"

namespace tarsier {

// The colours of a mosaic's upper left 2x2 samples.
struct MosaicOrder {
  bool red_first = false;    // the first line has the red samples
  bool green_first = false;  // the first line begins with green
};
[[nodiscard]] MosaicOrder mosaic_order(PixelFormat format);

// Three lines of samples, the middle one with the pixels that are wanted. They are uint8 or little-endian uint16 at any
// address, from sample `first_x` of an image `width_px` wide on.
struct MosaicLines {
  const std::byte* above = nullptr;
  const std::byte* here = nullptr;
  const std::byte* below = nullptr;
  std::uint32_t first_x = 0;
  std::uint32_t width_px = 0;
  bool red = false;          // the middle line has red samples, the others blue ones; or the other way round
  bool green_first = false;  // green is at even x of the middle line
};

// The line above y, and below it, of an image `height_px` high, which is mirrored about its outermost lines.
[[nodiscard]] std::uint32_t mosaic_line_above(std::uint32_t y, std::uint32_t height_px);
[[nodiscard]] std::uint32_t mosaic_line_below(std::uint32_t y, std::uint32_t height_px);

// Writes the gray of the pixels x_px <= x < x_px + line.size(). R, G and B of a pixel are the means,
// (2 sum + n) / (2 n), of the nearest samples of that colour in its 3x3 neighbourhood: the sample itself, or two, or
// four. Beyond the border the image is mirrored about its outermost samples, which keeps the mosaic's order; an image
// one sample wide or high is continued by itself. Gray is that of colour_line.hpp, in as many bits as the samples.
void bilinear_line(const MosaicLines& lines, std::uint32_t x_px, std::span<std::uint8_t> line);
void bilinear_line(const MosaicLines& lines, std::uint32_t x_px, std::span<std::uint16_t> line);

// Two lines of samples, from the first wanted one on; whole squares begin there.
struct SquareLines {
  const std::byte* red = nullptr;   // the one with red samples
  const std::byte* blue = nullptr;  // the other
  bool green_first = false;         // the red line begins with green, the blue one with blue
};

// line[i] = (9798 R + 19235 ((G1 + G2 + 1) >> 1) + 3735 B + 16384) >> 15 of the square of samples 2 i and 2 i + 1 of
// both lines.
void superpixel_line(const SquareLines& lines, std::span<std::uint8_t> line);
void superpixel_line(const SquareLines& lines, std::span<std::uint16_t> line);

}  // namespace tarsier
