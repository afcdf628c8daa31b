#include "kernels/line_totals.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "kernels/versions.hpp"

namespace tarsier {
namespace {

// Pixels whose sums can't overflow uint32: 65536 * 255^2 and 65536 * 65535 are both less than 2^32.
constexpr std::size_t block_pixels = 65536;

template <typename Pixel>
struct BlockStatistics {
  std::uint32_t sum = 0;
  std::conditional_t<sizeof(Pixel) == 1, std::uint32_t, std::uint64_t> sum_sq = 0;
  Pixel min = std::numeric_limits<Pixel>::max();
  Pixel max = 0;
};
using Statistics8 = BlockStatistics<std::uint8_t>;
using Statistics16 = BlockStatistics<std::uint16_t>;

struct BlockActivity {
  std::uint32_t abs_diff_sum = 0;
  std::uint32_t changed = 0;
};

template <typename Pixel>
TARSIER_LOOP BlockStatistics<Pixel> block_statistics_loop(const Pixel* pixels, std::size_t count) {
  BlockStatistics<Pixel> result;
  for (std::size_t i = 0; i < count; ++i) {
    const Pixel value = pixels[i];
    const std::uint32_t wide = value;
    result.sum += wide;
    result.sum_sq += wide * wide;
    result.min = std::min(result.min, value);
    result.max = std::max(result.max, value);
  }
  return result;
}

template <typename Pixel>
TARSIER_LOOP BlockActivity block_activity_loop(const Pixel* current, const Pixel* previous, std::size_t count,
                                               Pixel threshold) {
  BlockActivity result;
  for (std::size_t i = 0; i < count; ++i) {
    // The difference stays as narrow as the pixels, so that a vector holds as many of it.
    const auto difference =
        static_cast<Pixel>(current[i] > previous[i] ? current[i] - previous[i] : previous[i] - current[i]);
    result.abs_diff_sum += difference;
    result.changed += difference > threshold ? 1U : 0U;
  }
  return result;
}

TARSIER_VERSIONS(Statistics8, block_statistics, (const std::uint8_t* pixels, std::size_t count), (pixels, count))
TARSIER_VERSIONS(Statistics16, block_statistics, (const std::uint16_t* pixels, std::size_t count), (pixels, count))
TARSIER_VERSIONS(BlockActivity, block_activity,
                 (const std::uint8_t* current, const std::uint8_t* previous, std::size_t count, std::uint8_t threshold),
                 (current, previous, count, threshold))
TARSIER_VERSIONS(BlockActivity, block_activity,
                 (const std::uint16_t* current, const std::uint16_t* previous, std::size_t count,
                  std::uint16_t threshold),
                 (current, previous, count, threshold))

template <typename Pixel>
void add_block_statistics(std::span<const Pixel> pixels, Totals& totals) {
  for (std::size_t first = 0; first < pixels.size(); first += block_pixels) {
    const auto block = block_statistics(pixels.data() + first, std::min(block_pixels, pixels.size() - first));
    totals.sum += block.sum;
    totals.sum_sq += block.sum_sq;
    totals.min = std::min<std::uint16_t>(totals.min, block.min);
    totals.max = std::max<std::uint16_t>(totals.max, block.max);
  }
}

template <typename Pixel>
void add_block_activity(std::span<const Pixel> current, std::span<const Pixel> previous, std::uint32_t threshold,
                        Totals& totals) {
  // No difference is larger than the largest pixel.
  const auto limit = static_cast<Pixel>(std::min<std::uint32_t>(threshold, std::numeric_limits<Pixel>::max()));
  for (std::size_t first = 0; first < current.size(); first += block_pixels) {
    const std::size_t count = std::min(block_pixels, current.size() - first);
    const BlockActivity block = block_activity(current.data() + first, previous.data() + first, count, limit);
    totals.abs_diff_sum += block.abs_diff_sum;
    totals.changed += block.changed;
  }
}

}  // namespace

void add_statistics(std::span<const std::uint8_t> pixels, Totals& totals) { add_block_statistics(pixels, totals); }
void add_statistics(std::span<const std::uint16_t> pixels, Totals& totals) { add_block_statistics(pixels, totals); }

void add_activity(std::span<const std::uint8_t> current, std::span<const std::uint8_t> previous,
                  std::uint32_t threshold, Totals& totals) {
  add_block_activity(current, previous, threshold, totals);
}
void add_activity(std::span<const std::uint16_t> current, std::span<const std::uint16_t> previous,
                  std::uint32_t threshold, Totals& totals) {
  add_block_activity(current, previous, threshold, totals);
}

}  // namespace tarsier
