#include "kernels/reduce.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

#include "kernels/instruction_set.hpp"
#include "kernels/line_sums.hpp"
#include "kernels/line_totals.hpp"

namespace tarsier {
namespace {

template <typename Pixel>
void correct_line(const FramePass<Pixel>& pass, std::uint32_t y) {
  if (pass.correction == nullptr) return;
  const std::size_t width = pass.size.width_px, first = y * width;
  correct(pass.current.subspan(first, width), *pass.correction, first, pass.corrected.subspan(first, width));
}

// The frame as it is summed, once its lines are corrected.
template <typename Pixel>
std::span<const Pixel> summed_frame(const FramePass<Pixel>& pass) {
  return pass.correction == nullptr ? pass.current : pass.corrected;
}

SpansOfLine spans_of_line(const RegionTable* table, std::uint32_t y) {
  if (table == nullptr || y + std::size_t{1} >= table->first_of_line.size()) return {};
  const std::uint32_t first = table->first_of_line[y];
  return {std::span(table->spans).subspan(first, table->first_of_line[y + 1] - first), table->owners.data() + first};
}

template <typename Pixel>
void add_pixels(const FramePass<Pixel>& pass, std::size_t first, std::size_t count, Totals& totals) {
  const auto current = summed_frame(pass).subspan(first, count);
  if (pass.statistics) add_statistics(current, totals);
  if (!pass.previous.empty()) add_activity(current, pass.previous.subspan(first, count), pass.threshold, totals);
}

template <typename Pixel>
void add_regions(const FramePass<Pixel>& pass, std::uint32_t y, std::span<Totals> regions) {
  const SpansOfLine line = spans_of_line(pass.table, y);
  const std::size_t first = std::size_t{y} * pass.size.width_px;
  for (std::size_t i = 0; i < line.spans.size(); ++i) {
    const Span& span = line.spans[i];
    add_pixels(pass, first + span.first_x_px, span.end_x_px - span.first_x_px, regions[line.owners[i]]);
  }
}

// Stretches at a time, with room for each in the sums.
template <std::size_t lanes, AddStretch<lanes> add_stretch>
void add_whole(Lines lines, std::size_t count, LaneSums<lanes>& sums, Totals& whole) {
  while (count > 0) {
    const std::size_t pixels = std::min(count, stretch_pixels<lanes>);
    if (sums.steps > largest_steps) collect(sums, lines.statistics, whole);
    add_stretch(lines, pixels, sums);
    lines.current += pixels;
    if (lines.previous != nullptr) lines.previous += pixels;
    count -= pixels;
  }
}

// The frame as a whole is summed in vectors that start where those of the first line do, whatever the width, up to the
// last one that the line completes. A vector at the end of a span reads on behind it, yet never behind the last line:
// another thread may be correcting what comes there. So what such vectors would be needed for is summed without them.
template <std::size_t lanes, AddStretch<lanes> add_stretch, AddSpans<lanes> add_spans>
void reduce_in_lanes(const FramePass<std::uint8_t>& pass, LineRange range, Totals& whole, std::span<Totals> regions) {
  const std::size_t width = pass.size.width_px;
  const std::uint8_t* frame = summed_frame(pass).data();
  const std::uint8_t* before = pass.previous.empty() ? nullptr : pass.previous.data();
  const auto at = [&](std::size_t pixel) {
    return Lines{frame + pixel, before == nullptr ? nullptr : before + pixel,
                 static_cast<std::uint8_t>(std::min<std::uint32_t>(pass.threshold, 255)), pass.statistics};
  };
  LaneSums<lanes> sums;
  RegionSums<lanes> region_sums(regions, pass.statistics);
  std::size_t done = range.first_y * width;
  const std::size_t end_of_range = range.end_y * width;
  for (std::uint32_t y = range.first_y; y < range.end_y; ++y) {
    correct_line(pass, y);
    const std::size_t end = (y + std::size_t{1}) * width;
    const std::size_t upto = end - (end - done) % lanes;
    add_whole<lanes, add_stretch>(at(done), upto - done, sums, whole);
    done = upto;
    if (end + lanes > end_of_range) {
      add_regions(pass, y, regions);
    } else if (const SpansOfLine spans = spans_of_line(pass.table, y); !spans.spans.empty()) {
      add_spans(at(y * width), spans, region_sums);
    }
  }
  add_pixels(pass, done, end_of_range - done, whole);
  collect(sums, pass.statistics, whole);
  region_sums.finish();
}

template <typename Pixel>
void reduce_in_totals(const FramePass<Pixel>& pass, LineRange range, Totals& whole, std::span<Totals> regions) {
  const std::size_t width = pass.size.width_px;
  for (std::uint32_t y = range.first_y; y < range.end_y; ++y) {
    correct_line(pass, y);
    add_pixels(pass, y * width, width, whole);
    add_regions(pass, y, regions);
  }
}

void reduce_lines(const FramePass<std::uint16_t>& pass, LineRange range, Totals& whole, std::span<Totals> regions) {
  reduce_in_totals(pass, range, whole, regions);
}

void reduce_lines(const FramePass<std::uint8_t>& pass, LineRange range, Totals& whole, std::span<Totals> regions) {
#if defined(__x86_64__)
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return reduce_in_lanes<64, add_stretch_avx512, add_spans_avx512>(pass, range, whole, regions);
    case InstructionSet::avx2:
      return reduce_in_lanes<32, add_stretch_avx2, add_spans_avx2>(pass, range, whole, regions);
    case InstructionSet::baseline: return reduce_in_totals(pass, range, whole, regions);
  }
#elif defined(__aarch64__)
  reduce_in_lanes<16, add_stretch_neon, add_spans_neon>(pass, range, whole, regions);
#else
  reduce_in_totals(pass, range, whole, regions);
#endif
}

}  // namespace

void merge(Totals& into, const Totals& part) {
  into.abs_diff_sum += part.abs_diff_sum;
  into.changed += part.changed;
  into.sum += part.sum;
  into.sum_sq += part.sum_sq;
  into.min = std::min(into.min, part.min);
  into.max = std::max(into.max, part.max);
}

template <typename Pixel>
void reduce(const FramePass<Pixel>& pass, LineRange lines, Totals& whole, std::span<Totals> regions) {
  assert(pass.current.size() >= pass.size.pixels());
  assert(lines.first_y <= lines.end_y && lines.end_y <= pass.size.height_px);
  assert(pass.previous.empty() || pass.previous.size() >= pass.size.pixels());
  assert(pass.correction == nullptr || pass.corrected.size() >= pass.size.pixels());
  if (pass.statistics || !pass.previous.empty()) return reduce_lines(pass, lines, whole, regions);
  for (std::uint32_t y = lines.first_y; y < lines.end_y; ++y) correct_line(pass, y);
}

template void reduce<std::uint8_t>(const FramePass<std::uint8_t>&, LineRange, Totals&, std::span<Totals>);
template void reduce<std::uint16_t>(const FramePass<std::uint16_t>&, LineRange, Totals&, std::span<Totals>);

}  // namespace tarsier
