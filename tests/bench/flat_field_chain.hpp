// What the chain does to 1920x1080 RGB frames with a flat field and 24 regions, for contests with other libraries.
#pragma once

#include <algorithm>

#include "bench/frames.hpp"
#include "kernels/convert.hpp"
#include "kernels/reduce.hpp"

namespace tarsier {

inline constexpr ImageSize full_hd{1920, 1080};

// Circles in rows and columns over the image, each `copies` times; with `alternate` every second radius is one less.
inline RegionTable wells(ImageSize size, std::uint32_t columns, std::uint32_t rows, std::uint32_t radius,
                         bool alternate = false, std::uint32_t copies = 1) {
  std::vector<RegionMask> masks;
  for (std::uint32_t i = 0; i < columns * rows * copies; ++i) {
    const std::uint32_t column = i / copies % columns, row = i / copies / columns;
    RegionMask mask;
    mask.spans = circle_spans(size, (2 * column + 1) * size.width_px / (2 * columns),
                              (2 * row + 1) * size.height_px / (2 * rows), radius - (alternate ? i % 2 : 0));
    masks.push_back(std::move(mask));
  }
  return region_table(masks);
}

// Gray, (I - 4) * gain, difference to the frame before, statistics and changed pixels of all and of 24 regions. The
// gain of pixel i is (7000 + i % 2400) / 8192.
class FlatFieldChain {
 public:
  static constexpr std::uint32_t radius_px = 120;

  FlatFieldChain() {
    for (std::size_t i = 0; i < gain().size(); ++i) gain()[i] = static_cast<std::uint16_t>(7000 + i % 2400);
    std::ranges::fill(dark(), std::uint16_t{4 * 256});
  }
  void take(std::span<const std::uint8_t> rgb) {
    FrameView view{
        .format = PixelFormat::rgb24, .width_px = full_hd.width_px, .height_px = full_hd.height_px, .planes = {}};
    view.planes[0] = {reinterpret_cast<const std::byte*>(rgb.data()), 3 * std::ptrdiff_t{full_hd.width_px}};
    const std::size_t turn = turn_++;
    const auto gray = gray_.frame(turn);
    convert(plan_, view, std::as_writable_bytes(gray), scratch_);
    latest_ = corrected_.frame(turn);
    const FramePass<std::uint8_t> pass{.current = gray,
                                       .previous = corrected_.frame(turn + warm_frames - 1),
                                       .correction = &correction_,
                                       .corrected = latest_,
                                       .size = full_hd,
                                       .threshold = 15,
                                       .table = &table_};
    Totals whole;
    reduce(pass, {0, full_hd.height_px}, whole, totals_);
  }
  [[nodiscard]] std::span<const std::uint8_t> latest() const { return latest_; }

 private:
  std::span<std::uint16_t> dark() { return map(0); }
  std::span<std::uint16_t> gain() { return map(1); }
  std::span<std::uint16_t> map(std::size_t i) {
    return {reinterpret_cast<std::uint16_t*>(maps_.frame(i).data()), full_hd.pixels()};
  }

  ConvertPlan plan_{.crop_width_px = full_hd.width_px, .crop_height_px = full_hd.height_px};
  std::vector<std::byte> scratch_ = std::vector<std::byte>(convert_scratch_bytes(plan_));
  RegionTable table_ = wells(full_hd, 6, 4, radius_px);
  std::vector<Totals> totals_ = std::vector<Totals>(24);
  FrameSet gray_ = FrameSet::warm(full_hd.pixels()), corrected_ = FrameSet::warm(full_hd.pixels());
  std::span<std::uint8_t> latest_;
  std::size_t turn_ = 0;
  FrameSet maps_{2, 2 * full_hd.pixels()};
  Correction<std::uint8_t> correction_{.subtrahend = dark(), .background = {}, .factor = gain()};
};

}  // namespace tarsier
