#include "kernels/reduce.hpp"

#include <algorithm>
#include <cassert>

#include "kernels/line_totals.hpp"

namespace tarsier {
namespace {

template <typename Pixel>
std::span<const Pixel> part(std::span<const Pixel> pixels, std::size_t first, std::size_t count) {
  return pixels.empty() ? pixels : pixels.subspan(first, count);
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
  assert(pass.current.size() >= pass.size.pixels() && lines.end_y <= pass.size.height_px);
  const std::size_t width = pass.size.width_px;
  const auto add = [&](std::span<const Pixel> current, std::span<const Pixel> previous, Totals& totals) {
    if (pass.statistics) add_statistics(current, totals);
    if (!previous.empty()) add_activity(current, previous, pass.threshold, totals);
  };
  for (std::uint32_t y = lines.first_y; y < lines.end_y; ++y) {
    auto current = pass.current.subspan(y * width, width);
    const auto previous = part(pass.previous, y * width, width);
    if (pass.correction != nullptr) {
      const auto corrected = pass.corrected.subspan(y * width, width);
      correct(current, *pass.correction, y * width, corrected);
      current = corrected;
    }
    add(current, previous, whole);
    if (pass.table == nullptr || y + 1 >= pass.table->first_of_line.size()) continue;
    for (std::uint32_t i = pass.table->first_of_line[y]; i < pass.table->first_of_line[y + 1]; ++i) {
      const Span& span = pass.table->spans[i];
      const std::size_t count = span.end_x_px - span.first_x_px;
      add(current.subspan(span.first_x_px, count), part(previous, span.first_x_px, count),
          regions[pass.table->owners[i]]);
    }
  }
}

template void reduce<std::uint8_t>(const FramePass<std::uint8_t>&, LineRange, Totals&, std::span<Totals>);
template void reduce<std::uint16_t>(const FramePass<std::uint16_t>&, LineRange, Totals&, std::span<Totals>);

}  // namespace tarsier
