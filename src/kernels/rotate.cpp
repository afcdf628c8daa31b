#include "kernels/rotate.hpp"

#include <algorithm>
#include <cstddef>

namespace tarsier {
namespace {

template <typename Pixel>
void upside_down(std::span<const Pixel> line, std::uint32_t y, std::uint32_t height_px, std::span<Pixel> out) {
  const std::size_t row = std::size_t{height_px} - 1 - y;
  std::reverse_copy(line.begin(), line.end(), out.subspan(row * line.size(), line.size()).begin());
}

// Pixel (x, y) goes to column height - 1 - y of line x.
template <typename Pixel>
void clockwise_band(std::span<const Pixel> band, std::uint32_t first_y, ImageSize size, std::span<Pixel> out) {
  const std::size_t width = size.width_px;
  const std::size_t height = size.height_px;
  const std::size_t lines = band.size() / width;
  for (std::size_t x = 0; x < width; ++x) {
    Pixel* placed = out.data() + x * height + (height - first_y - lines);
    for (std::size_t i = 0; i < lines; ++i) placed[i] = band[(lines - 1 - i) * width + x];
  }
}

// Pixel (x, y) goes to column y of line width - 1 - x.
template <typename Pixel>
void anticlockwise_band(std::span<const Pixel> band, std::uint32_t first_y, ImageSize size, std::span<Pixel> out) {
  const std::size_t width = size.width_px;
  const std::size_t lines = band.size() / width;
  for (std::size_t x = 0; x < width; ++x) {
    Pixel* placed = out.data() + (width - 1 - x) * size.height_px + first_y;
    for (std::size_t i = 0; i < lines; ++i) placed[i] = band[i * width + x];
  }
}

template <typename Pixel>
void sideways(std::span<const Pixel> band, std::uint32_t first_y, ImageSize size, bool clockwise,
              std::span<Pixel> out) {
  if (clockwise) return clockwise_band(band, first_y, size, out);
  anticlockwise_band(band, first_y, size, out);
}

}  // namespace

void place_upside_down(std::span<const std::uint8_t> line, std::uint32_t y, std::uint32_t height_px,
                       std::span<std::uint8_t> out) {
  upside_down(line, y, height_px, out);
}
void place_upside_down(std::span<const std::uint16_t> line, std::uint32_t y, std::uint32_t height_px,
                       std::span<std::uint16_t> out) {
  upside_down(line, y, height_px, out);
}

void place_sideways(std::span<const std::uint8_t> band, std::uint32_t first_y, ImageSize size, bool clockwise,
                    std::span<std::uint8_t> out) {
  sideways(band, first_y, size, clockwise, out);
}
void place_sideways(std::span<const std::uint16_t> band, std::uint32_t first_y, ImageSize size, bool clockwise,
                    std::span<std::uint16_t> out) {
  sideways(band, first_y, size, clockwise, out);
}

}  // namespace tarsier
