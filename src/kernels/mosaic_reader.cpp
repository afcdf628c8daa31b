#include "kernels/mosaic_reader.hpp"

#include <algorithm>

#include "kernels/gray.hpp"
#include "kernels/samples.hpp"

namespace tarsier {

std::size_t MosaicReader::scratch_samples(std::uint32_t crop_width_px) {
  return std::size_t{kept_lines} * (std::size_t{crop_width_px} + 2);
}

MosaicReader::MosaicReader(const FrameView& frame, std::uint32_t crop_x_px, std::uint32_t crop_width_px,
                           std::span<std::uint16_t> scratch)
    : frame_(frame),
      order_(mosaic_order(frame.format)),
      packing_(packing(frame.format)),
      crop_x_px_(crop_x_px),
      first_x_(crop_x_px > 0 ? crop_x_px - 1 : 0),
      end_x_(std::min(crop_x_px + crop_width_px + 1, frame.width_px)),
      scratch_(scratch) {}

MosaicLines MosaicReader::around(std::uint32_t y) {
  return {.above = samples(mosaic_line_above(y, frame_.height_px)),
          .here = samples(y),
          .below = samples(mosaic_line_below(y, frame_.height_px)),
          .first_x = first_x_,
          .width_px = frame_.width_px,
          .red = red(y),
          .green_first = green_first(y)};
}

SquareLines MosaicReader::squares(std::uint32_t y) {
  const std::ptrdiff_t skipped =
      static_cast<std::ptrdiff_t>(crop_x_px_ - first_x_) * (packing_ == Packing::bytes ? 1 : 2);
  const std::byte* first = samples(y) + skipped;
  const std::byte* second = samples(y + 1) + skipped;
  const std::uint32_t red_y = red(y) ? y : y + 1;
  return {.red = red(y) ? first : second,
          .blue = red(y) ? second : first,
          .green_first = green_first(red_y) == ((crop_x_px_ & 1U) == 0)};
}

const std::byte* MosaicReader::samples(std::uint32_t y) {
  const std::byte* line = line_of(frame_.planes[0], y);
  if (packing_ == Packing::bytes) return line + first_x_;
  if (packing_ == Packing::words) return line + std::size_t{2} * first_x_;
  const std::uint32_t place = y % kept_lines;
  const std::size_t width = end_x_ - first_x_;
  const auto unpacked = scratch_.subspan(place * width, width);
  if (unpacked_[place] != y) read_samples(line, packing_, first_x_, unpacked);
  unpacked_[place] = y;
  return reinterpret_cast<const std::byte*>(unpacked.data());
}

}  // namespace tarsier
