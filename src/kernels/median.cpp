#include "kernels/median.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "kernels/versions.hpp"

namespace tarsier {
namespace {

// Leaves the lesser of two lines at `low`, the greater at `high`.
struct Comparator {
  std::uint8_t low, high;
};

struct Network {
  std::array<Comparator, 192> comparators{};
  std::size_t count = 0;
};

// Batcher's merge exchange for any n (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M).
constexpr Network sorting_network(std::size_t lines) {
  Network network;
  std::size_t top = 1;
  while (2 * top < lines) top *= 2;
  for (std::size_t p = lines < 2 ? 0 : top; p > 0; p /= 2) {
    std::size_t q = top, r = 0, d = p;
    for (;;) {
      for (std::size_t i = 0; i + d < lines; ++i) {
        if ((i & p) != r) continue;
        network.comparators[network.count++] = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i + d)};
      }
      if (q == p) break;
      d = q - p;
      q /= 2;
      r = p;
    }
  }
  return network;
}

// Only those comparators on which the line of the median depends.
constexpr Network median_network(std::size_t lines) {
  const Network sorting = sorting_network(lines);
  std::array<bool, median_frames> wanted{};
  wanted[(lines - 1) / 2] = true;
  Network network;
  for (std::size_t i = sorting.count; i-- > 0;) {
    const Comparator comparator = sorting.comparators[i];
    if (!wanted[comparator.low] && !wanted[comparator.high]) continue;
    wanted[comparator.low] = wanted[comparator.high] = true;
    network.comparators[network.count++] = comparator;
  }
  std::reverse(network.comparators.begin(), network.comparators.begin() + static_cast<std::ptrdiff_t>(network.count));
  return network;
}
static_assert(median_network(31).count == 152);

// Pixels whose lines stay in the first-level cache.
template <typename Pixel>
constexpr std::size_t tile_pixels = 256 / sizeof(Pixel);

template <typename Pixel>
using Lines = std::array<std::array<Pixel, tile_pixels<Pixel>>, median_frames>;

template <typename Pixel>
TARSIER_LOOP void apply(const Network& network, Lines<Pixel>& lines) {
  for (std::size_t c = 0; c < network.count; ++c) {
    Pixel* low = lines[network.comparators[c].low].data();
    Pixel* high = lines[network.comparators[c].high].data();
#pragma GCC ivdep
    for (std::size_t i = 0; i < tile_pixels<Pixel>; ++i) {
      const Pixel a = low[i], b = high[i];
      low[i] = std::min(a, b);
      high[i] = std::max(a, b);
    }
  }
}

template <typename Pixel>
TARSIER_LOOP void median_pixels_loop(const Network& network, std::span<const std::span<const Pixel>> frames,
                                     std::span<Pixel> out) {
  Lines<Pixel> lines{};
  for (std::size_t first = 0; first < out.size(); first += tile_pixels<Pixel>) {
    const std::size_t count = std::min(tile_pixels<Pixel>, out.size() - first);
    for (std::size_t f = 0; f < frames.size(); ++f) std::copy_n(frames[f].data() + first, count, lines[f].data());
    apply(network, lines);
    std::copy_n(lines[(frames.size() - 1) / 2].data(), count, out.data() + first);
  }
}

TARSIER_VERSIONS(void, median_pixels,
                 (const Network& network, std::span<const std::span<const std::uint8_t>> frames,
                  std::span<std::uint8_t> out),
                 (network, frames, out))
TARSIER_VERSIONS(void, median_pixels,
                 (const Network& network, std::span<const std::span<const std::uint16_t>> frames,
                  std::span<std::uint16_t> out),
                 (network, frames, out))

}  // namespace

void median(std::span<const std::span<const std::uint8_t>> frames, std::span<std::uint8_t> out) {
  assert(!frames.empty() && frames.size() <= median_frames);
  median_pixels(median_network(frames.size()), frames, out);
}
void median(std::span<const std::span<const std::uint16_t>> frames, std::span<std::uint16_t> out) {
  assert(!frames.empty() && frames.size() <= median_frames);
  median_pixels(median_network(frames.size()), frames, out);
}

}  // namespace tarsier
