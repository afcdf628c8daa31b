#include "kernels/reduce.hpp"

#include <algorithm>
#include <cassert>

#include "kernels/line_totals.hpp"

namespace tarsier {
namespace {

template <typename Pixel>
void add_stretch(std::span<const Pixel> current, std::span<const Pixel> previous, std::uint32_t threshold,
                 Totals& totals) {
  add_statistics(current, totals);
  if (!previous.empty()) add_activity(current, previous, threshold, totals);
}

// `pixels` from `first` on, or nothing of nothing.
template <typename Pixel>
std::span<const Pixel> part(std::span<const Pixel> pixels, std::size_t first, std::size_t count) {
  return pixels.empty() ? pixels : pixels.subspan(first, count);
}

template <typename Pixel>
void reduce_frame(std::span<const Pixel> current, std::span<const Pixel> previous, ImageSize size,
                  std::uint32_t threshold, const RegionTable& table, Totals& whole, std::span<Totals> regions) {
  assert(current.size() >= size.pixels() && (previous.empty() || previous.size() >= size.pixels()));
  std::size_t next = 0;
  for (std::uint32_t y = 0; y < size.height_px; ++y) {
    const std::size_t line = std::size_t{y} * size.width_px;
    // The whole line first: its spans then come out of the first-level cache.
    add_stretch(part(current, line, size.width_px), part(previous, line, size.width_px), threshold, whole);
    for (; next < table.spans.size() && table.spans[next].y_px == y; ++next) {
      const Span& span = table.spans[next];
      const std::size_t first = line + span.first_x_px;
      const std::size_t count = span.end_x_px - span.first_x_px;
      add_stretch(part(current, first, count), part(previous, first, count), threshold, regions[table.owners[next]]);
    }
  }
}

}  // namespace

RegionTable region_table(std::span<const RegionMask> regions) {
  struct Owned {
    Span span;
    std::uint32_t owner;
  };
  std::vector<Owned> all;
  RegionTable table;
  for (std::uint32_t region = 0; region < regions.size(); ++region) {
    for (const Span& span : regions[region].spans) all.push_back({span, region});
    table.pixels.push_back(count_pixels(regions[region].spans));
  }
  std::stable_sort(all.begin(), all.end(), [](const Owned& a, const Owned& b) { return a.span.y_px < b.span.y_px; });
  for (const Owned& owned : all) {
    table.spans.push_back(owned.span);
    table.owners.push_back(owned.owner);
  }
  return table;
}

void reduce(std::span<const std::uint8_t> current, std::span<const std::uint8_t> previous, ImageSize size,
            std::uint32_t threshold, const RegionTable& table, Totals& whole, std::span<Totals> regions) {
  reduce_frame(current, previous, size, threshold, table, whole, regions);
}
void reduce(std::span<const std::uint16_t> current, std::span<const std::uint16_t> previous, ImageSize size,
            std::uint32_t threshold, const RegionTable& table, Totals& whole, std::span<Totals> regions) {
  reduce_frame(current, previous, size, threshold, table, whole, regions);
}

}  // namespace tarsier
