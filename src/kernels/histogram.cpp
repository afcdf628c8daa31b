#include "kernels/histogram.hpp"

#include <cassert>

namespace tarsier {
namespace {

// Four counts of each bin, taken in turns: a count that was just written is not waited for.
using Turns = std::array<Histogram, 4>;

template <typename Pixel>
constexpr unsigned bin_shift = 8 * (sizeof(Pixel) - 1);

template <typename Pixel>
void count_pixels(std::span<const Pixel> pixels, Turns& turns) {
  std::size_t i = 0;
  for (; i + 4 <= pixels.size(); i += 4) {
    for (std::size_t turn = 0; turn < 4; ++turn) ++turns[turn][pixels[i + turn] >> bin_shift<Pixel>];
  }
  for (; i < pixels.size(); ++i) ++turns[0][pixels[i] >> bin_shift<Pixel>];
}

void add(const Turns& turns, Histogram& bins) {
  for (std::size_t bin = 0; bin < bins.size(); ++bin) {
    for (const Histogram& turn : turns) bins[bin] += turn[bin];
  }
}

template <typename Pixel>
void add_frame(std::span<const Pixel> pixels, Histogram& bins) {
  Turns turns{};
  count_pixels(pixels, turns);
  add(turns, bins);
}

template <typename Pixel>
void add_spans(std::span<const Pixel> frame, std::uint32_t width_px, std::span<const Span> spans, Histogram& bins) {
  Turns turns{};
  for (const Span& span : spans) {
    const std::size_t first = std::size_t{span.y_px} * width_px + span.first_x_px;
    assert(first + span.end_x_px - span.first_x_px <= frame.size());
    count_pixels(frame.subspan(first, span.end_x_px - span.first_x_px), turns);
  }
  add(turns, bins);
}

}  // namespace

void add_histogram(std::span<const std::uint8_t> pixels, Histogram& bins) { add_frame(pixels, bins); }
void add_histogram(std::span<const std::uint16_t> pixels, Histogram& bins) { add_frame(pixels, bins); }
void add_histogram(std::span<const std::uint8_t> frame, std::uint32_t width_px, std::span<const Span> spans,
                   Histogram& bins) {
  add_spans(frame, width_px, spans, bins);
}
void add_histogram(std::span<const std::uint16_t> frame, std::uint32_t width_px, std::span<const Span> spans,
                   Histogram& bins) {
  add_spans(frame, width_px, spans, bins);
}

}  // namespace tarsier
