#include "kernels/rotate.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "kernels/versions.hpp"

namespace tarsier {
namespace {

template <typename Pixel>
TARSIER_LOOP void reverse_pixels(const Pixel* __restrict line, Pixel* __restrict out, std::size_t pixels) {
  for (std::size_t x = 0; x < pixels; ++x) out[x] = line[pixels - 1 - x];
}
TARSIER_LOOP void reverse_8_loop(const std::uint8_t* line, std::uint8_t* out, std::size_t pixels) {
  reverse_pixels(line, out, pixels);
}
TARSIER_VERSIONS(void, reverse_8, (const std::uint8_t* line, std::uint8_t* out, std::size_t pixels),
                 (line, out, pixels))
TARSIER_LOOP void reverse_16_loop(const std::uint16_t* line, std::uint16_t* out, std::size_t pixels) {
  reverse_pixels(line, out, pixels);
}
TARSIER_VERSIONS(void, reverse_16, (const std::uint16_t* line, std::uint16_t* out, std::size_t pixels),
                 (line, out, pixels))

void reverse_line(const std::uint8_t* line, std::uint8_t* out, std::size_t pixels) { reverse_8(line, out, pixels); }
void reverse_line(const std::uint16_t* line, std::uint16_t* out, std::size_t pixels) { reverse_16(line, out, pixels); }

template <typename Pixel>
void place_any_line(std::span<const Pixel> line, std::uint32_t y, ImageSize size, Turn turn, std::span<Pixel> out) {
  const std::size_t row = turn.swaps_lines ? size.height_px - 1 - y : y;
  Pixel* placed = out.data() + row * line.size();
  if (turn.swaps_columns) return reverse_line(line.data(), placed, line.size());
  std::copy(line.begin(), line.end(), placed);
}

using Bytes16 [[gnu::vector_size(16)]] = std::uint8_t;
using Words8 [[gnu::vector_size(16)]] = std::uint16_t;

TARSIER_LOOP Bytes16 zip_low(Bytes16 a, Bytes16 b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
TARSIER_LOOP Bytes16 zip_high(Bytes16 a, Bytes16 b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
TARSIER_LOOP Words8 zip_low(Words8 a, Words8 b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
TARSIER_LOOP Words8 zip_high(Words8 a, Words8 b) { return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

// A square of n x n pixels, n to a vector. Zipping each line with the one n / 2 below it, log2 n times, transposes it.
template <typename Vector, std::size_t n>
TARSIER_LOOP void transpose(std::array<Vector, n>& square) {
  for (std::size_t done = 1; done < n; done *= 2) {
    std::array<Vector, n> zipped;
    for (std::size_t i = 0; i < n / 2; ++i) {
      zipped[2 * i] = zip_low(square[i], square[i + n / 2]);
      zipped[2 * i + 1] = zip_high(square[i], square[i + n / 2]);
    }
    square = zipped;
  }
}

// A band on its way into the turned image. Its line y becomes column y of the image, or that many from the right;
// pixel x of the line becomes line x, or that many from the bottom.
template <typename Pixel>
class Band {
 public:
  static constexpr std::size_t square_px = 16 / sizeof(Pixel);
  using Vector = std::conditional_t<sizeof(Pixel) == 1, Bytes16, Words8>;

  Band(std::span<const Pixel> band, std::uint32_t first_y, ImageSize size, Turn turn, std::span<Pixel> out)
      : band_(band.data()),
        width_(size.width_px),
        lines_(band.size() / size.width_px),
        height_(size.height_px),
        first_column_(turn.swaps_columns ? height_ - first_y - lines_ : first_y),
        turn_(turn),
        out_(out.data()) {}

  void place() {
    const std::size_t whole_lines = lines_ - lines_ % square_px;
    const std::size_t whole_columns = width_ - width_ % square_px;
    for (std::size_t x = 0; x < whole_columns; x += square_px) {
      for (std::size_t i = 0; i < whole_lines; i += square_px) place_square(x, i);
    }
    for (std::size_t x = 0; x < width_; ++x) {
      for (std::size_t i = x < whole_columns ? whole_lines : 0; i < lines_; ++i) *placed(x, i) = line(i)[x];
    }
  }

 private:
  // The band's line that becomes column `i` of what it covers.
  [[nodiscard]] const Pixel* line(std::size_t i) const {
    return band_ + (turn_.swaps_columns ? lines_ - 1 - i : i) * width_;
  }
  [[nodiscard]] Pixel* placed(std::size_t x, std::size_t i) const {
    return out_ + (turn_.swaps_lines ? width_ - 1 - x : x) * height_ + first_column_ + i;
  }
  void place_square(std::size_t x, std::size_t first) const {
    std::array<Vector, square_px> square;
    for (std::size_t i = 0; i < square_px; ++i) std::memcpy(&square[i], line(first + i) + x, sizeof(Vector));
    transpose(square);
    for (std::size_t i = 0; i < square_px; ++i) std::memcpy(placed(x + i, first), &square[i], sizeof(Vector));
  }

  const Pixel* const band_;
  const std::size_t width_, lines_, height_, first_column_;
  const Turn turn_;
  Pixel* const out_;
};

}  // namespace

Turn turn_of(std::uint32_t rotate_deg, Flip flip) {
  const bool right = rotate_deg == 90, half = rotate_deg == 180, left = rotate_deg == 270;
  return {.transposed = right || left,
          .swaps_columns = (right || half) != (flip == Flip::horizontal),
          .swaps_lines = (left || half) != (flip == Flip::vertical)};
}

void place_line(std::span<const std::uint8_t> line, std::uint32_t y, ImageSize size, Turn turn,
                std::span<std::uint8_t> out) {
  place_any_line(line, y, size, turn, out);
}
void place_line(std::span<const std::uint16_t> line, std::uint32_t y, ImageSize size, Turn turn,
                std::span<std::uint16_t> out) {
  place_any_line(line, y, size, turn, out);
}

void place_band(std::span<const std::uint8_t> band, std::uint32_t first_y, ImageSize size, Turn turn,
                std::span<std::uint8_t> out) {
  Band<std::uint8_t>(band, first_y, size, turn, out).place();
}
void place_band(std::span<const std::uint16_t> band, std::uint32_t first_y, ImageSize size, Turn turn,
                std::span<std::uint16_t> out) {
  Band<std::uint16_t>(band, first_y, size, turn, out).place();
}

}  // namespace tarsier
