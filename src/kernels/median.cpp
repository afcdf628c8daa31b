#include "kernels/median.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

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

// Vectors of a line that are sorted together: all lines stay in the first-level cache.
constexpr std::size_t tile_vectors = 8;

template <typename Pixel>
struct Tile {
  using Vector [[gnu::vector_size(32)]] = Pixel;
  static constexpr std::size_t pixels = tile_vectors * sizeof(Vector) / sizeof(Pixel);
  Vector lines[median_frames][tile_vectors];  // as a template's argument a vector loses its size
};

template <typename Pixel>
TARSIER_LOOP void apply(const Network& network, Tile<Pixel>& tile) {
  using Vector = typename Tile<Pixel>::Vector;
  for (std::size_t c = 0; c < network.count; ++c) {
    Vector* const low = tile.lines[network.comparators[c].low];
    Vector* const high = tile.lines[network.comparators[c].high];
    for (std::size_t i = 0; i < tile_vectors; ++i) {
      const Vector a = low[i], b = high[i];
      low[i] = a < b ? a : b;
      high[i] = a > b ? a : b;
    }
  }
}

// Too many streams for the processor to foresee: the next tile of each frame is asked for while this one is sorted.
template <typename Pixel>
TARSIER_LOOP void prefetch_tile(const Pixel* pixels) {
  constexpr std::size_t bytes = Tile<Pixel>::pixels * sizeof(Pixel);
  const auto* next = reinterpret_cast<const std::byte*>(pixels) + bytes;
  for (std::size_t byte = 0; byte < bytes; byte += 64) __builtin_prefetch(next + byte);
}

template <typename Pixel>
TARSIER_LOOP void median_pixels_loop(const Network& network, std::span<const std::span<const Pixel>> frames,
                                     std::span<Pixel> out) {
  Tile<Pixel> tile{};
  for (std::size_t first = 0; first < out.size(); first += Tile<Pixel>::pixels) {
    const std::size_t bytes = std::min(Tile<Pixel>::pixels, out.size() - first) * sizeof(Pixel);
    for (std::size_t f = 0; f < frames.size(); ++f) {
      prefetch_tile(frames[f].data() + first);
      std::memcpy(tile.lines[f], frames[f].data() + first, bytes);
    }
    apply(network, tile);
    std::memcpy(out.data() + first, tile.lines[(frames.size() - 1) / 2], bytes);
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
