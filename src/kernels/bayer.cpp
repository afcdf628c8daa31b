#include "kernels/bayer.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "kernels/colour_line.hpp"
#include "kernels/versions.hpp"

namespace tarsier {
namespace {

// Sums of a few samples.
template <typename Sample>
using Sum = std::conditional_t<sizeof(Sample) == 1, std::uint16_t, std::uint32_t>;

template <typename Sample>
TARSIER_LOOP Sum<Sample> sample(const std::byte* line, std::ptrdiff_t x) {
  Sample value;
  std::memcpy(&value, line + x * static_cast<std::ptrdiff_t>(sizeof(Sample)), sizeof(value));
  return value;
}

TARSIER_LOOP std::uint8_t gray_of(std::uint16_t red, std::uint16_t green, std::uint16_t blue) {
  using W = SplitWeights;
  const auto high = static_cast<std::uint16_t>(W::high_red * red + W::high_green * green + W::high_blue * blue);
  const auto low = static_cast<std::int16_t>(W::low_red * red + W::low_green * green + W::low_blue * blue);
  const auto sum = static_cast<std::uint16_t>(high + static_cast<std::uint16_t>(low >> 8) + W::half);
  return static_cast<std::uint8_t>(sum >> 7);
}
TARSIER_LOOP std::uint16_t gray_of(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
  using W = GrayWeights;
  return static_cast<std::uint16_t>((W::red * red + W::green * green + W::blue * blue + W::half) >> W::shift);
}

// The middle line's own colour, green, and the colour of the lines above and below.
template <bool red, typename Value>
TARSIER_LOOP auto gray_of_line(Value own, Value green, Value other) {
  return red ? gray_of(own, green, other) : gray_of(other, green, own);
}

// A pixel with those around it.
template <typename Sample>
struct Around {
  struct Three {
    Sum<Sample> left, here, right;
  };
  Three above, here, below;
};

template <typename Sample, bool red>
TARSIER_LOOP Sample gray_at_green(const Around<Sample>& of) {
  using S = Sum<Sample>;
  const S own = static_cast<S>((of.here.left + of.here.right + 1) >> 1);
  const S other = static_cast<S>((of.above.here + of.below.here + 1) >> 1);
  return gray_of_line<red, S>(own, of.here.here, other);
}

template <typename Sample, bool red>
TARSIER_LOOP Sample gray_at_own(const Around<Sample>& of) {
  using S = Sum<Sample>;
  const S green = static_cast<S>((of.here.left + of.here.right + of.above.here + of.below.here + 2) >> 2);
  const S other = static_cast<S>((of.above.left + of.above.right + of.below.left + of.below.right + 2) >> 2);
  return gray_of_line<red, S>(of.here.here, green, other);
}

// Two samples as one word at any address, which vectors load side by side and take apart without shuffling.
template <typename Sample>
struct PairOf {
  using Type [[gnu::aligned(1), gnu::may_alias]] = Sum<Sample>;
};
template <typename Sample>
using Pair = typename PairOf<Sample>::Type;
template <typename Sample>
TARSIER_LOOP const Pair<Sample>* pairs_from(const std::byte* line, std::ptrdiff_t x) {
  return reinterpret_cast<const Pair<Sample>*>(line + x * static_cast<std::ptrdiff_t>(sizeof(Sample)));
}
template <typename Sample>
TARSIER_LOOP Sum<Sample> first_of(Sum<Sample> pair) {
  return static_cast<Sample>(pair);
}
template <typename Sample>
TARSIER_LOOP Sum<Sample> second_of(Sum<Sample> pair) {
  return static_cast<Sum<Sample>>(pair >> (8 * sizeof(Sample)));
}

// Around two pixels of a line, of the pair before the first and the pair after it.
template <typename Sample>
struct Neighbours {
  typename Around<Sample>::Three even, odd;
};
template <typename Sample>
TARSIER_LOOP Neighbours<Sample> neighbours(Sum<Sample> before, Sum<Sample> after) {
  const Sum<Sample> left = first_of<Sample>(before), even = second_of<Sample>(before);
  const Sum<Sample> odd = first_of<Sample>(after), right = second_of<Sample>(after);
  return {.even = {left, even, odd}, .odd = {even, odd, right}};
}

// Pairs of pixels from sample `first` of the lines on, whose neighbours are all there.
template <typename Sample, bool red, bool green_first>
TARSIER_LOOP void bilinear_pairs(const MosaicLines& lines, std::ptrdiff_t first, Sample* out, std::size_t pairs) {
  const Pair<Sample>* __restrict line_above = pairs_from<Sample>(lines.above, first - 1);
  const Pair<Sample>* __restrict line_here = pairs_from<Sample>(lines.here, first - 1);
  const Pair<Sample>* __restrict line_below = pairs_from<Sample>(lines.below, first - 1);
  Pair<Sample>* __restrict gray = reinterpret_cast<Pair<Sample>*>(out);
  for (std::size_t i = 0; i < pairs; ++i) {
    const auto above = neighbours<Sample>(line_above[i], line_above[i + 1]);
    const auto here = neighbours<Sample>(line_here[i], line_here[i + 1]);
    const auto below = neighbours<Sample>(line_below[i], line_below[i + 1]);
    const Around<Sample> even{above.even, here.even, below.even}, odd{above.odd, here.odd, below.odd};
    const Sum<Sample> one = green_first ? gray_at_green<Sample, red>(even) : gray_at_own<Sample, red>(even);
    const Sum<Sample> two = green_first ? gray_at_own<Sample, red>(odd) : gray_at_green<Sample, red>(odd);
    gray[i] = static_cast<Sum<Sample>>(one | two << (8 * sizeof(Sample)));
  }
}

template <typename Sample>
TARSIER_LOOP void bilinear_any(const MosaicLines& lines, bool green_first, std::ptrdiff_t first, Sample* out,
                               std::size_t pairs) {
  if (lines.red && green_first) return bilinear_pairs<Sample, true, true>(lines, first, out, pairs);
  if (lines.red) return bilinear_pairs<Sample, true, false>(lines, first, out, pairs);
  if (green_first) return bilinear_pairs<Sample, false, true>(lines, first, out, pairs);
  bilinear_pairs<Sample, false, false>(lines, first, out, pairs);
}

TARSIER_LOOP void bilinear_8_loop(const MosaicLines& lines, bool green_first, std::ptrdiff_t first, std::uint8_t* out,
                                  std::size_t pairs) {
  bilinear_any(lines, green_first, first, out, pairs);
}
TARSIER_VERSIONS(void, bilinear_8,
                 (const MosaicLines& lines, bool green_first, std::ptrdiff_t first, std::uint8_t* out,
                  std::size_t pairs),
                 (lines, green_first, first, out, pairs))
TARSIER_LOOP void bilinear_16_loop(const MosaicLines& lines, bool green_first, std::ptrdiff_t first, std::uint16_t* out,
                                   std::size_t pairs) {
  bilinear_any(lines, green_first, first, out, pairs);
}
TARSIER_VERSIONS(void, bilinear_16,
                 (const MosaicLines& lines, bool green_first, std::ptrdiff_t first, std::uint16_t* out,
                  std::size_t pairs),
                 (lines, green_first, first, out, pairs))

// `index` mirrored into 0 .. count - 1 about the outermost samples.
std::uint32_t mirrored(std::int64_t index, std::uint32_t count) {
  const std::int64_t last = std::int64_t{count} - 1;
  if (index < 0) index = -index;
  if (index > last) index = 2 * last - index;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(index, 0, last));
}

template <typename Sample>
Sample any_pixel(const MosaicLines& lines, std::uint32_t x) {
  const auto column = [&](std::int64_t index) {
    return static_cast<std::ptrdiff_t>(mirrored(index, lines.width_px)) - static_cast<std::ptrdiff_t>(lines.first_x);
  };
  const auto three = [&](const std::byte* line) -> typename Around<Sample>::Three {
    return {sample<Sample>(line, column(std::int64_t{x} - 1)), sample<Sample>(line, column(x)),
            sample<Sample>(line, column(std::int64_t{x} + 1))};
  };
  const Around<Sample> around{three(lines.above), three(lines.here), three(lines.below)};
  const bool green = ((x & 1U) == 0) == lines.green_first;
  if (green) return lines.red ? gray_at_green<Sample, true>(around) : gray_at_green<Sample, false>(around);
  return lines.red ? gray_at_own<Sample, true>(around) : gray_at_own<Sample, false>(around);
}

// Border pixels one by one, pairs between them.
template <typename Sample, typename Pairs>
void bilinear(const MosaicLines& lines, std::uint32_t x_px, std::span<Sample> line, Pairs pairs_of) {
  const std::uint32_t end = x_px + static_cast<std::uint32_t>(line.size());
  std::uint32_t x = x_px;
  if (x == 0 && x < end) line[x++] = any_pixel<Sample>(lines, 0);
  const std::uint32_t inner_end = std::max(x, std::min(end, lines.width_px - 1));
  const std::uint32_t pairs = (inner_end - x) / 2;
  const bool green_first = lines.green_first == ((x & 1U) == 0);
  pairs_of(lines, green_first, static_cast<std::ptrdiff_t>(x) - static_cast<std::ptrdiff_t>(lines.first_x),
           line.data() + (x - x_px), pairs);
  for (x += 2 * pairs; x < end; ++x) line[x - x_px] = any_pixel<Sample>(lines, x);
}

template <typename Sample, bool green_first>
TARSIER_LOOP void squares(const SquareLines& lines, Sample* __restrict out, std::size_t count) {
  using S = Sum<Sample>;
  const Pair<Sample>* __restrict red_line = pairs_from<Sample>(lines.red, 0);
  const Pair<Sample>* __restrict blue_line = pairs_from<Sample>(lines.blue, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const S in_red = red_line[i], in_blue = blue_line[i];
    const S red = green_first ? second_of<Sample>(in_red) : first_of<Sample>(in_red);
    const S blue = green_first ? first_of<Sample>(in_blue) : second_of<Sample>(in_blue);
    const S greens = static_cast<S>(green_first ? first_of<Sample>(in_red) + second_of<Sample>(in_blue)
                                                : second_of<Sample>(in_red) + first_of<Sample>(in_blue));
    out[i] = gray_of(red, static_cast<S>((greens + 1) >> 1), blue);
  }
}

template <typename Sample>
TARSIER_LOOP void squares_any(const SquareLines& lines, Sample* out, std::size_t count) {
  if (lines.green_first) return squares<Sample, true>(lines, out, count);
  squares<Sample, false>(lines, out, count);
}

TARSIER_LOOP void squares_8_loop(const SquareLines& lines, std::uint8_t* out, std::size_t count) {
  squares_any(lines, out, count);
}
TARSIER_VERSIONS(void, squares_8, (const SquareLines& lines, std::uint8_t* out, std::size_t count), (lines, out, count))
TARSIER_LOOP void squares_16_loop(const SquareLines& lines, std::uint16_t* out, std::size_t count) {
  squares_any(lines, out, count);
}
TARSIER_VERSIONS(void, squares_16, (const SquareLines& lines, std::uint16_t* out, std::size_t count),
                 (lines, out, count))

}  // namespace

MosaicOrder mosaic_order(PixelFormat format) {
  switch (format) {
    case PixelFormat::bayer_gbrg8:
    case PixelFormat::bayer_gbrg16:
    case PixelFormat::bayer_gbrg_raw10:
    case PixelFormat::bayer_gbrg_raw12: return {.red_first = false, .green_first = true};
    case PixelFormat::bayer_grbg8:
    case PixelFormat::bayer_grbg16:
    case PixelFormat::bayer_grbg_raw10:
    case PixelFormat::bayer_grbg_raw12: return {.red_first = true, .green_first = true};
    case PixelFormat::bayer_rggb8:
    case PixelFormat::bayer_rggb16:
    case PixelFormat::bayer_rggb_raw10:
    case PixelFormat::bayer_rggb_raw12: return {.red_first = true, .green_first = false};
    default: return {.red_first = false, .green_first = false};
  }
}

std::uint32_t mosaic_line_above(std::uint32_t y, std::uint32_t height_px) {
  return mirrored(std::int64_t{y} - 1, height_px);
}
std::uint32_t mosaic_line_below(std::uint32_t y, std::uint32_t height_px) {
  return mirrored(std::int64_t{y} + 1, height_px);
}

void bilinear_line(const MosaicLines& lines, std::uint32_t x_px, std::span<std::uint8_t> line) {
  bilinear(lines, x_px, line, bilinear_8);
}
void bilinear_line(const MosaicLines& lines, std::uint32_t x_px, std::span<std::uint16_t> line) {
  bilinear(lines, x_px, line, bilinear_16);
}

void superpixel_line(const SquareLines& lines, std::span<std::uint8_t> line) {
  squares_8(lines, line.data(), line.size());
}
void superpixel_line(const SquareLines& lines, std::span<std::uint16_t> line) {
  squares_16(lines, line.data(), line.size());
}

}  // namespace tarsier
