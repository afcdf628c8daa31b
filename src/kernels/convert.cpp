#include "kernels/convert.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/bytes.hpp"
#include "kernels/bin.hpp"
#include "kernels/gray.hpp"
#include "kernels/mosaic_reader.hpp"
#include "kernels/rotate.hpp"

namespace tarsier {
namespace {

constexpr std::size_t scratch_alignment = 64;

// Before pixels are binned and turned.
ImageSize gray_size(const ConvertPlan& plan) {
  const std::uint32_t samples = plan.bayer == BayerMethod::superpixel ? 2 : 1;
  return {plan.crop_width_px / samples, plan.crop_height_px / samples};
}

// Before the image is turned.
ImageSize upright_size(const ConvertPlan& plan) {
  const ImageSize gray = gray_size(plan);
  return {gray.width_px / plan.bin, gray.height_px / plan.bin};
}

std::size_t aligned(std::size_t bytes) { return round_up(bytes, scratch_alignment); }

// The parts of scratch: lines in gray that make up a line of bins, the lines that are turned, and lines of samples.
template <typename Pixel>
struct Scratch {
  static std::size_t gray_bytes(const ConvertPlan& plan) {
    return plan.bin == 1 ? 0 : aligned(gray_size(plan).width_px * sizeof(Pixel));
  }
  static std::size_t band_pixels(const ConvertPlan& plan) {
    const Turn turn = turn_of(plan.rotate_deg, plan.flip);
    const std::size_t lines = turn.transposed ? turn_band_lines : turn.swaps_columns ? 1 : 0;
    return upright_size(plan).width_px * lines;
  }
  static std::size_t sample_count(const ConvertPlan& plan) {
    return sizeof(Pixel) == 1 ? 0 : MosaicReader::scratch_samples(plan.crop_width_px);
  }
  static std::size_t bytes(const ConvertPlan& plan) {
    return scratch_alignment + plan.bin * gray_bytes(plan) + aligned(band_pixels(plan) * sizeof(Pixel)) +
           sample_count(plan) * sizeof(std::uint16_t);
  }

  Scratch(const ConvertPlan& plan, std::span<std::byte> memory) {
    assert(memory.size() >= bytes(plan));
    const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
    std::byte* at = memory.data() + (round_up(address, scratch_alignment) - address);
    for (std::uint32_t i = 0; i < plan.bin; ++i, at += gray_bytes(plan)) {
      gray[i] = {reinterpret_cast<Pixel*>(at), gray_size(plan).width_px};
    }
    band = {reinterpret_cast<Pixel*>(at), band_pixels(plan)};
    at += aligned(band_pixels(plan) * sizeof(Pixel));
    samples = {reinterpret_cast<std::uint16_t*>(at), sample_count(plan)};
  }

  std::array<std::span<Pixel>, largest_bin> gray;
  std::span<Pixel> band;
  std::span<std::uint16_t> samples;
};

// One conversion of one frame.
template <typename Pixel>
class Conversion {
 public:
  Conversion(const ConvertPlan& plan, const FrameView& frame, std::span<std::byte> out, std::span<std::byte> scratch)
      : plan_(plan),
        frame_(frame),
        size_(upright_size(plan)),
        turn_(turn_of(plan.rotate_deg, plan.flip)),
        out_(reinterpret_cast<Pixel*>(out.data()), size_.pixels()),
        scratch_(plan, scratch),
        mosaic_(frame, plan.crop_x_px, plan.crop_width_px, scratch_.samples) {
    assert(out.size() >= size_.pixels() * sizeof(Pixel));
  }

  void run() {
    if (size_.pixels() == 0) return;
    if (is_one_line()) return gray_line(frame_, 0, plan_.crop_y_px, out_);
    if (turn_.transposed) return run_in_bands();
    for (std::uint32_t y = 0; y < size_.height_px; ++y) {
      if (turn_.swaps_columns) {
        upright_line(y, scratch_.band);
        place_line(scratch_.band, y, size_, turn_, out_);
      } else {
        const std::size_t row = turn_.swaps_lines ? size_.height_px - 1 - y : y;
        upright_line(y, out_.subspan(row * size_.width_px, size_.width_px));
      }
    }
  }

 private:
  // Whether source and result have no padding between lines and keep their order.
  [[nodiscard]] bool is_one_line() const {
    const bool whole_groups = packing(frame_.format) == Packing::bytes || packing(frame_.format) == Packing::words;
    return whole_groups && !is_bayer(frame_.format) && plan_.bin == 1 && !turn_.transposed && !turn_.swaps_columns &&
           !turn_.swaps_lines && plan_.crop_width_px == frame_.width_px &&
           frame_.planes[0].stride_bytes == static_cast<std::ptrdiff_t>(line_bytes(frame_.format, frame_.width_px));
  }

  void run_in_bands() {
    for (std::uint32_t first = 0; first < size_.height_px; first += turn_band_lines) {
      const std::uint32_t lines = std::min(turn_band_lines, size_.height_px - first);
      for (std::uint32_t i = 0; i < lines; ++i) {
        upright_line(first + i, scratch_.band.subspan(std::size_t{i} * size_.width_px, size_.width_px));
      }
      place_band(scratch_.band.first(std::size_t{lines} * size_.width_px), first, size_, turn_, out_);
    }
  }

  // Line y of the cropped and binned frame before it is turned.
  void upright_line(std::uint32_t y, std::span<Pixel> line) {
    if (plan_.bin == 1) return gray(y, line);
    std::array<const Pixel*, largest_bin> lines{};
    for (std::uint32_t i = 0; i < plan_.bin; ++i) lines[i] = readable_gray(y * plan_.bin + i, scratch_.gray[i]);
    bin_lines(std::span(lines).first(plan_.bin), line);
  }

  // Line y of the cropped frame before it is binned: in the source where it is gray already, else written to `line`.
  const Pixel* readable_gray(std::uint32_t y, std::span<Pixel> line) {
    if constexpr (sizeof(Pixel) == 1) {
      if (is_plain_gray8(frame_.format)) {
        return reinterpret_cast<const Pixel*>(line_of(frame_.planes[0], plan_.crop_y_px + y) + plan_.crop_x_px);
      }
    }
    gray(y, line);
    return line.data();
  }

  void gray(std::uint32_t y, std::span<Pixel> line) {
    if (!is_bayer(frame_.format)) return gray_line(frame_, plan_.crop_x_px, plan_.crop_y_px + y, line);
    if (plan_.bayer == BayerMethod::bilinear) {
      return bilinear_line(mosaic_.around(plan_.crop_y_px + y), plan_.crop_x_px, line);
    }
    superpixel_line(mosaic_.squares(plan_.crop_y_px + 2 * y), line);
  }

  const ConvertPlan& plan_;
  const FrameView& frame_;
  const ImageSize size_;  // before it is turned
  const Turn turn_;
  const std::span<Pixel> out_;
  const Scratch<Pixel> scratch_;
  MosaicReader mosaic_;
};

}  // namespace

ImageSize converted_size(const ConvertPlan& plan) {
  const ImageSize size = upright_size(plan);
  const bool transposed = turn_of(plan.rotate_deg, plan.flip).transposed;
  return transposed ? ImageSize{size.height_px, size.width_px} : size;
}

std::size_t convert_scratch_bytes(const ConvertPlan& plan) {
  return plan.pixel == StoredPixel::gray8 ? Scratch<std::uint8_t>::bytes(plan) : Scratch<std::uint16_t>::bytes(plan);
}

void convert(const ConvertPlan& plan, const FrameView& frame, std::span<std::byte> out, std::span<std::byte> scratch) {
  assert(natural_pixel(frame.format) == plan.pixel);
  assert(plan.bayer == BayerMethod::bilinear || is_bayer(frame.format));
  if (plan.pixel == StoredPixel::gray8) return Conversion<std::uint8_t>(plan, frame, out, scratch).run();
  Conversion<std::uint16_t>(plan, frame, out, scratch).run();
}

}  // namespace tarsier
