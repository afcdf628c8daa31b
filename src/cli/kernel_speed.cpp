#include <vector>

#include "cli/machine_speed.hpp"
#include "kernels/convert.hpp"
#include "kernels/correct.hpp"
#include "kernels/projection.hpp"
#include "kernels/reduce.hpp"

namespace tarsier {
namespace {

// Frames of one size in the working set, one behind the other: what a turn uses was last seen long ago.
struct Frames {
  WorkingSet memory;
  std::size_t bytes;
  [[nodiscard]] std::size_t count() const { return memory.size() / bytes; }
  [[nodiscard]] std::span<std::uint8_t> frame(std::size_t i) const {
    return memory.subspan(i % count() * bytes, bytes);
  }
  // Where the result of frame i goes.
  [[nodiscard]] std::span<std::uint8_t> opposite(std::size_t i) const { return frame(i + count() / 2); }
};

double gray_seconds(WorkingSet memory, const Patience& patience) {
  const Frames frames{memory, 3 * colour_size.pixels()};
  const ConvertPlan plan{.crop_width_px = colour_size.width_px, .crop_height_px = colour_size.height_px};
  std::vector<std::byte> scratch(convert_scratch_bytes(plan));
  return median_seconds(patience, [&](std::size_t turn) {
    FrameView view{PixelFormat::rgb24, colour_size.width_px, colour_size.height_px, {}};
    view.planes[0] = {reinterpret_cast<const std::byte*>(frames.frame(turn).data()), 3 * colour_size.width_px};
    const auto out = frames.opposite(turn).first(colour_size.pixels());
    convert(plan, view, std::as_writable_bytes(out), scratch);
  });
}

double correct_seconds(WorkingSet memory, const Patience& patience) {
  const Frames frames{memory, gray_size.pixels()};
  const std::vector<std::uint16_t> subtrahend(gray_size.pixels(), 20 * 256), factor(gray_size.pixels(), 9000);
  const Correction<std::uint8_t> correction{
      .subtrahend = subtrahend, .background = {}, .amount_q8 = 0, .factor = factor, .offset = 0};
  return median_seconds(patience, [&](std::size_t turn) {
    correct<std::uint8_t>(frames.frame(turn), correction, 0, frames.opposite(turn));
  });
}

// Wells of a six-well plate, 54 % of the pixels.
RegionTable six_wells() {
  std::vector<RegionMask> wells(6);
  for (std::int64_t i = 0; i < 6; ++i) {
    RegionMask& well = wells[static_cast<std::size_t>(i)];
    well.spans = circle_spans(gray_size, 204 + 408 * (i % 3), 256 + 512 * (i / 3), 190);
    well.pixels = count_pixels(well.spans);
  }
  return region_table(wells);
}

double fused_seconds(WorkingSet memory, const Patience& patience) {
  const Frames frames{memory, gray_size.pixels()};
  const RegionTable table = six_wells();
  std::vector<Totals> regions(table.pixels.size());
  return median_seconds(patience, [&](std::size_t turn) {
    Totals whole;
    const FramePass<std::uint8_t> pass{.current = frames.frame(2 * turn),
                                       .previous = frames.frame(2 * turn + 1),
                                       .corrected = {},
                                       .size = gray_size,
                                       .threshold = 15,
                                       .table = &table};
    reduce(pass, {0, gray_size.height_px}, whole, regions);
  });
}

double project_seconds(WorkingSet memory, const Patience& patience) {
  const Frames frames{memory, gray_size.pixels()};
  std::vector<std::uint32_t> sum(gray_size.pixels()), sum_sq(gray_size.pixels());
  std::vector<std::uint8_t> min(gray_size.pixels()), max(gray_size.pixels());
  const ProjectionSums<std::uint8_t> sums{sum, sum_sq, min, max};
  return median_seconds(patience, [&](std::size_t turn) {
    if (turn % projection_frames == 0) begin(sums);
    const std::span<const std::uint8_t> frame[] = {frames.frame(turn)};
    add_frames(frame, sums);
  });
}

}  // namespace

KernelSpeed kernel_speed(WorkingSet memory, const Patience& patience) {
  const Patience each{patience.least / 4, patience.stopped};
  const auto colour = static_cast<double>(colour_size.pixels()), gray = static_cast<double>(gray_size.pixels());
  return {.gray_s = gray_seconds(memory, each) / colour,
          .correct_s = correct_seconds(memory, each) / gray,
          .fused_s = fused_seconds(memory, each) / gray,
          .project_s = project_seconds(memory, each) / gray};
}

}  // namespace tarsier
