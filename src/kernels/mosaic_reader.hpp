// The lines of a Bayer source as the loops of bayer.hpp read them: where they lie, or unpacked. Allocates nothing; any
// thread, one frame each.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "frame/frame_view.hpp"
#include "kernels/bayer.hpp"

namespace tarsier {

class MosaicReader {
 public:
  // Samples of scratch for a crop of that width.
  [[nodiscard]] static std::size_t scratch_samples(std::uint32_t crop_width_px);

  // Columns of the crop, and those beside it, are read. `frame` and `scratch`, which only packed samples need, outlive
  // the reader. A frame that is no Bayer mosaic may be given, but nothing asked then.
  MosaicReader(const FrameView& frame, std::uint32_t crop_x_px, std::uint32_t crop_width_px,
               std::span<std::uint16_t> scratch);

  // Line y with those above and below it. The lines are there until the next call.
  [[nodiscard]] MosaicLines around(std::uint32_t y);
  // Lines y and y + 1, from the crop's left on.
  [[nodiscard]] SquareLines squares(std::uint32_t y);

 private:
  static constexpr std::uint32_t kept_lines = 3;
  static constexpr std::uint32_t no_line = UINT32_MAX;

  [[nodiscard]] bool red(std::uint32_t y) const { return order_.red_first != ((y & 1U) != 0); }
  [[nodiscard]] bool green_first(std::uint32_t y) const { return order_.green_first != ((y & 1U) != 0); }
  // Sample first_x_ of line y.
  [[nodiscard]] const std::byte* samples(std::uint32_t y);

  const FrameView& frame_;
  const MosaicOrder order_;
  const Packing packing_;
  const std::uint32_t crop_x_px_, first_x_, end_x_;
  const std::span<std::uint16_t> scratch_;
  std::array<std::uint32_t, kept_lines> unpacked_{no_line, no_line, no_line};  // line y is kept in place y % 3
};

}  // namespace tarsier
