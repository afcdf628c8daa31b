#include "kernels/convert.hpp"

#include <algorithm>
#include <cassert>

#include "base/bytes.hpp"
#include "kernels/bin.hpp"
#include "kernels/gray.hpp"
#include "kernels/rotate.hpp"

namespace tarsier {
namespace {

constexpr std::size_t scratch_alignment = 64;

bool sideways(const ConvertPlan& plan) { return plan.rotate_deg == 90 || plan.rotate_deg == 270; }

ImageSize upright_size(const ConvertPlan& plan) {
  return {plan.crop_width_px / plan.bin, plan.crop_height_px / plan.bin};
}

std::size_t aligned(std::size_t bytes) { return round_up(bytes, scratch_alignment); }

// The parts of scratch: a line in gray, the sums of a line's bins, and the band that is turned.
template <typename Pixel>
struct Scratch {
  static std::size_t line_bytes(const ConvertPlan& plan) { return aligned(plan.crop_width_px * sizeof(Pixel)); }
  static std::size_t sums_bytes(const ConvertPlan& plan) { return aligned(plan.crop_width_px * sizeof(BinSum<Pixel>)); }
  static std::size_t band_pixels(const ConvertPlan& plan) {
    return std::size_t{upright_size(plan).width_px} * (sideways(plan) ? rotate_band_lines : 1);
  }
  static std::size_t bytes(const ConvertPlan& plan) {
    return scratch_alignment + line_bytes(plan) + sums_bytes(plan) + aligned(band_pixels(plan) * sizeof(Pixel));
  }

  Scratch(const ConvertPlan& plan, std::span<std::byte> memory) {
    assert(memory.size() >= bytes(plan));
    const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
    std::byte* at = memory.data() + (round_up(address, scratch_alignment) - address);
    line = {reinterpret_cast<Pixel*>(at), plan.crop_width_px};
    at += line_bytes(plan);
    sums = {reinterpret_cast<BinSum<Pixel>*>(at), plan.crop_width_px};
    at += sums_bytes(plan);
    band = {reinterpret_cast<Pixel*>(at), band_pixels(plan)};
  }

  std::span<Pixel> line;
  std::span<BinSum<Pixel>> sums;
  std::span<Pixel> band;
};

// One conversion of one frame.
template <typename Pixel>
class Conversion {
 public:
  Conversion(const ConvertPlan& plan, const FrameView& frame, std::span<std::byte> out, std::span<std::byte> scratch)
      : plan_(plan),
        frame_(frame),
        size_(upright_size(plan)),
        out_(reinterpret_cast<Pixel*>(out.data()), size_.pixels()),
        scratch_(plan, scratch) {
    assert(out.size() >= size_.pixels() * sizeof(Pixel));
  }

  void run() {
    if (size_.pixels() == 0) return;
    if (sideways(plan_)) return run_sideways();
    for (std::uint32_t y = 0; y < size_.height_px; ++y) {
      if (plan_.rotate_deg == 0) {
        upright_line(y, out_.subspan(std::size_t{y} * size_.width_px, size_.width_px));
      } else {
        upright_line(y, scratch_.band);
        place_upside_down(scratch_.band, y, size_.height_px, out_);
      }
    }
  }

 private:
  void run_sideways() {
    for (std::uint32_t first = 0; first < size_.height_px; first += rotate_band_lines) {
      const std::uint32_t lines = std::min(rotate_band_lines, size_.height_px - first);
      for (std::uint32_t i = 0; i < lines; ++i) {
        upright_line(first + i, scratch_.band.subspan(std::size_t{i} * size_.width_px, size_.width_px));
      }
      const auto band = scratch_.band.first(std::size_t{lines} * size_.width_px);
      place_sideways(band, first, size_, plan_.rotate_deg == 90, out_);
    }
  }

  // Line y of the cropped and binned frame before it is turned.
  void upright_line(std::uint32_t y, std::span<Pixel> line) {
    const std::uint32_t source_y = plan_.crop_y_px + y * plan_.bin;
    if (plan_.bin == 1) return gray_line(frame_, plan_.crop_x_px, source_y, line);
    std::fill(scratch_.sums.begin(), scratch_.sums.end(), BinSum<Pixel>{0});
    for (std::uint32_t i = 0; i < plan_.bin; ++i) {
      gray_line(frame_, plan_.crop_x_px, source_y + i, scratch_.line);
      add_line(scratch_.line, scratch_.sums);
    }
    fold_sums(scratch_.sums, plan_.bin, line);
  }

  const ConvertPlan& plan_;
  const FrameView& frame_;
  const ImageSize size_;  // before it is turned
  const std::span<Pixel> out_;
  const Scratch<Pixel> scratch_;
};

}  // namespace

ImageSize converted_size(const ConvertPlan& plan) {
  const ImageSize size = upright_size(plan);
  return sideways(plan) ? ImageSize{size.height_px, size.width_px} : size;
}

std::size_t convert_scratch_bytes(const ConvertPlan& plan) {
  return plan.pixel == StoredPixel::gray8 ? Scratch<std::uint8_t>::bytes(plan) : Scratch<std::uint16_t>::bytes(plan);
}

void convert(const ConvertPlan& plan, const FrameView& frame, std::span<std::byte> out, std::span<std::byte> scratch) {
  assert(natural_pixel(frame.format) == plan.pixel);
  if (plan.pixel == StoredPixel::gray8) return Conversion<std::uint8_t>(plan, frame, out, scratch).run();
  Conversion<std::uint16_t>(plan, frame, out, scratch).run();
}

}  // namespace tarsier
