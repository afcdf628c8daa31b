#include "kernels/projection.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "kernels/versions.hpp"

namespace tarsier {
namespace {

// Pixels whose frames stay in the first-level cache while one sum after the other is taken of them.
constexpr std::size_t tile_pixels = 1024;

// A stretch of some frames and of the sums.
template <typename Pixel>
struct Tile {
  const Pixel* const* frames;
  std::size_t first;
  std::size_t count;
};

template <std::size_t frames, typename Pixel>
TARSIER_LOOP void add_sum(const Tile<Pixel>& tile, std::uint32_t* __restrict sum) {
  for (std::size_t i = 0; i < tile.count; ++i) {
    std::uint32_t added = 0;
    for (std::size_t f = 0; f < frames; ++f) added += tile.frames[f][tile.first + i];
    sum[i] += added;
  }
}

template <std::size_t frames, typename Pixel>
TARSIER_LOOP void add_squares(const Tile<Pixel>& tile, SumOfSquares<Pixel>* __restrict sum_sq) {
  for (std::size_t i = 0; i < tile.count; ++i) {
    SumOfSquares<Pixel> added = 0;
    for (std::size_t f = 0; f < frames; ++f) {
      const std::uint32_t value = tile.frames[f][tile.first + i];
      added += value * value;
    }
    sum_sq[i] += added;
  }
}

template <std::size_t frames, typename Pixel>
TARSIER_LOOP void take_min(const Tile<Pixel>& tile, Pixel* __restrict min) {
  for (std::size_t i = 0; i < tile.count; ++i) {
    Pixel least = min[i];
    for (std::size_t f = 0; f < frames; ++f) least = std::min(least, tile.frames[f][tile.first + i]);
    min[i] = least;
  }
}

template <std::size_t frames, typename Pixel>
TARSIER_LOOP void take_max(const Tile<Pixel>& tile, Pixel* __restrict max) {
  for (std::size_t i = 0; i < tile.count; ++i) {
    Pixel greatest = max[i];
    for (std::size_t f = 0; f < frames; ++f) greatest = std::max(greatest, tile.frames[f][tile.first + i]);
    max[i] = greatest;
  }
}

template <std::size_t frames, typename Pixel>
TARSIER_LOOP void add_tile(const Tile<Pixel>& tile, const ProjectionSums<Pixel>& sums) {
  if (!sums.sum.empty()) add_sum<frames>(tile, sums.sum.data() + tile.first);
  if (!sums.sum_sq.empty()) add_squares<frames>(tile, sums.sum_sq.data() + tile.first);
  if (!sums.min.empty()) take_min<frames>(tile, sums.min.data() + tile.first);
  if (!sums.max.empty()) take_max<frames>(tile, sums.max.data() + tile.first);
}

// Eight frames at once, or as many fours, twos and ones as make up `frames`.
template <typename Pixel>
TARSIER_LOOP void add_pixels_loop(const Pixel* const* pixels, std::size_t frames, std::size_t count,
                                  const ProjectionSums<Pixel>& sums) {
  for (std::size_t first = 0; first < count; first += tile_pixels) {
    Tile<Pixel> tile{pixels, first, std::min(tile_pixels, count - first)};
    if (frames == 8) {
      add_tile<8>(tile, sums);
      continue;
    }
    if ((frames & 4) != 0) add_tile<4>(tile, sums);
    tile.frames = pixels + (frames & 4);
    if ((frames & 2) != 0) add_tile<2>(tile, sums);
    tile.frames = pixels + (frames & 6);
    if ((frames & 1) != 0) add_tile<1>(tile, sums);
  }
}

TARSIER_VERSIONS(void, add_pixels,
                 (const std::uint8_t* const* pixels, std::size_t frames, std::size_t count,
                  const ProjectionSums<std::uint8_t>& sums),
                 (pixels, frames, count, sums))
TARSIER_VERSIONS(void, add_pixels,
                 (const std::uint16_t* const* pixels, std::size_t frames, std::size_t count,
                  const ProjectionSums<std::uint16_t>& sums),
                 (pixels, frames, count, sums))

template <typename Pixel>
std::size_t pixels_of(const ProjectionSums<Pixel>& sums) {
  return std::max({sums.sum.size(), sums.sum_sq.size(), sums.min.size(), sums.max.size()});
}

template <typename Pixel>
void add_visit(std::span<const std::span<const Pixel>> frames, const ProjectionSums<Pixel>& sums) {
  assert(!frames.empty() && frames.size() <= projection_visit_frames);
  const Pixel* pixels[projection_visit_frames];
  std::ranges::transform(frames, pixels, [](std::span<const Pixel> frame) { return frame.data(); });
  add_pixels(pixels, frames.size(), pixels_of(sums), sums);
}

template <typename Pixel>
void begin_sums(const ProjectionSums<Pixel>& sums) {
  std::ranges::fill(sums.sum, 0U);
  std::ranges::fill(sums.sum_sq, SumOfSquares<Pixel>{0});
  std::ranges::fill(sums.min, std::numeric_limits<Pixel>::max());
  std::ranges::fill(sums.max, Pixel{0});
}

// No term overflows: with 65,536 frames of 65535 both are a little less than 2^64.
template <typename Square>
void deviations(std::span<const std::uint32_t> sum, std::span<const Square> sum_sq, std::uint32_t count,
                std::span<float> deviation) {
  assert(count > 0 && count <= projection_frames);
  for (std::size_t i = 0; i < deviation.size(); ++i) {
    const std::uint64_t spread = std::uint64_t{count} * sum_sq[i] - std::uint64_t{sum[i]} * sum[i];
    deviation[i] = static_cast<float>(std::sqrt(static_cast<double>(spread)) / count);
  }
}

}  // namespace

void begin(const ProjectionSums<std::uint8_t>& sums) { begin_sums(sums); }
void begin(const ProjectionSums<std::uint16_t>& sums) { begin_sums(sums); }

void add_frames(std::span<const std::span<const std::uint8_t>> frames, const ProjectionSums<std::uint8_t>& sums) {
  add_visit(frames, sums);
}
void add_frames(std::span<const std::span<const std::uint16_t>> frames, const ProjectionSums<std::uint16_t>& sums) {
  add_visit(frames, sums);
}

void deviation_of_sums(std::span<const std::uint32_t> sum, std::span<const std::uint32_t> sum_sq, std::uint32_t count,
                       std::span<float> deviation) {
  deviations(sum, sum_sq, count, deviation);
}
void deviation_of_sums(std::span<const std::uint32_t> sum, std::span<const std::uint64_t> sum_sq, std::uint32_t count,
                       std::span<float> deviation) {
  deviations(sum, sum_sq, count, deviation);
}

}  // namespace tarsier
