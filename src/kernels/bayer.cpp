#include "kernels/bayer.hpp"

#include <algorithm>

#include "kernels/gray.hpp"
#include "kernels/multiversion.hpp"

namespace tarsier {
namespace {

// One line of the mosaic with its neighbours: green alternates with the line's own colour, red or blue.
struct MosaicLine {
  const std::uint8_t* above;
  const std::uint8_t* here;
  const std::uint8_t* below;
  std::uint32_t width_px;
  std::uint32_t green_parity;  // x & 1 of the green samples
  std::uint32_t own_weight;    // of the line's own colour
  std::uint32_t other_weight;  // of the colour of the lines above and below
};

// Samples around a pixel: itself, left + right, above + below, the four corners.
[[gnu::always_inline]] inline std::uint8_t gray_of(std::uint32_t centre, std::uint32_t beside, std::uint32_t over,
                                                   std::uint32_t corners, bool green, const MosaicLine& line) {
  const std::uint32_t own = green ? (beside + 1) >> 1 : centre;
  const std::uint32_t middle = green ? centre : (beside + over + 2) >> 2;
  const std::uint32_t other = green ? (over + 1) >> 1 : (corners + 2) >> 2;
  const std::uint32_t weighted =
      line.own_weight * own + GrayWeights::green * middle + line.other_weight * other + GrayWeights::half;
  return static_cast<std::uint8_t>(weighted >> GrayWeights::shift);
}

// Pixels first <= x < end, whose neighbours all lie inside the image.
TARSIER_MULTIVERSION void inner_pixels(const MosaicLine& line, std::uint32_t first, std::uint32_t end,
                                       std::uint8_t* __restrict out) {
  const MosaicLine own = line;  // a copy, which `out` can't alias
  const std::uint8_t* __restrict above = own.above + first;
  const std::uint8_t* __restrict here = own.here + first;
  const std::uint8_t* __restrict below = own.below + first;
  const std::uint32_t parity = (own.green_parity ^ first) & 1U;
  const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(end) - static_cast<std::ptrdiff_t>(first);
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const std::uint32_t beside = std::uint32_t{here[i - 1]} + here[i + 1];
    const std::uint32_t over = std::uint32_t{above[i]} + below[i];
    const std::uint32_t corners = std::uint32_t{above[i - 1]} + above[i + 1] + below[i - 1] + below[i + 1];
    out[i] = gray_of(here[i], beside, over, corners, (static_cast<std::uint32_t>(i) & 1U) == parity, own);
  }
}

// `index` mirrored into 0 .. count - 1 about the outermost samples.
std::uint32_t mirrored(std::int64_t index, std::uint32_t count) {
  const std::int64_t last = std::int64_t{count} - 1;
  if (index < 0) index = -index;
  if (index > last) index = 2 * last - index;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(index, 0, last));
}

std::uint8_t border_pixel(const MosaicLine& line, std::uint32_t x) {
  const std::uint32_t left = mirrored(std::int64_t{x} - 1, line.width_px);
  const std::uint32_t right = mirrored(std::int64_t{x} + 1, line.width_px);
  const std::uint32_t beside = std::uint32_t{line.here[left]} + line.here[right];
  const std::uint32_t over = std::uint32_t{line.above[x]} + line.below[x];
  const std::uint32_t corners =
      std::uint32_t{line.above[left]} + line.above[right] + line.below[left] + line.below[right];
  return gray_of(line.here[x], beside, over, corners, (x & 1U) == line.green_parity, line);
}

MosaicLine mosaic_line(const FrameView& frame, std::uint32_t y) {
  const auto line = [&](std::int64_t number) {
    return reinterpret_cast<const std::uint8_t*>(line_of(frame.planes[0], mirrored(number, frame.height_px)));
  };
  const bool red_first = frame.format == PixelFormat::bayer_rggb8 || frame.format == PixelFormat::bayer_grbg8;
  const bool green_first = frame.format == PixelFormat::bayer_gbrg8 || frame.format == PixelFormat::bayer_grbg8;
  const bool odd = (y & 1U) != 0;
  const bool red = red_first != odd;
  return {.above = line(std::int64_t{y} - 1),
          .here = line(y),
          .below = line(std::int64_t{y} + 1),
          .width_px = frame.width_px,
          .green_parity = green_first != odd ? 0U : 1U,
          .own_weight = red ? GrayWeights::red : GrayWeights::blue,
          .other_weight = red ? GrayWeights::blue : GrayWeights::red};
}

}  // namespace

void bayer_line(const FrameView& frame, std::uint32_t x_px, std::uint32_t y_px, std::span<std::uint8_t> line) {
  if (line.empty()) return;
  const MosaicLine mosaic = mosaic_line(frame, y_px);
  const auto end = x_px + static_cast<std::uint32_t>(line.size());
  std::uint32_t first = x_px;
  if (first == 0) line[first++] = border_pixel(mosaic, 0);
  const std::uint32_t inner_end = std::max(first, std::min(end, frame.width_px - 1));
  inner_pixels(mosaic, first, inner_end, line.data() + (first - x_px));
  if (inner_end < end) line[inner_end - x_px] = border_pixel(mosaic, inner_end);
}

}  // namespace tarsier
