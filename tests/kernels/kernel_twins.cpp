#include "kernels/kernel_twins.hpp"

#include <fmt/format.h>

#include <cstring>

namespace tarsier {
namespace {

std::uint32_t byte_at(const FrameView& frame, std::uint32_t y, std::size_t column) {
  return std::to_integer<std::uint32_t>(
      frame.planes[0]
          .data[static_cast<std::ptrdiff_t>(y) * frame.planes[0].stride_bytes + static_cast<std::ptrdiff_t>(column)]);
}

std::uint32_t gray_of(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
  return (9798 * red + 19235 * green + 3735 * blue + 16384) >> 15;
}

bool is_bayer(PixelFormat format) { return to_text(format).substr(0, 5) == "bayer"; }

std::uint32_t mirror(int index, std::uint32_t count) {
  const int last = static_cast<int>(count) - 1;
  return static_cast<std::uint32_t>(index < 0 ? -index : index > last ? 2 * last - index : index);
}

// Mean of the nearest samples of that colour: the sample itself, else those beside it, else those at the corners.
std::uint32_t bayer_colour(const FrameView& frame, std::uint32_t x, std::uint32_t y, char colour) {
  const std::string_view order = to_text(frame.format).substr(6, 4);
  for (int distance = 0; distance <= 2; ++distance) {
    std::uint32_t sum = 0;
    std::uint32_t n = 0;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        if (dx * dx + dy * dy != distance) continue;
        const std::uint32_t column = mirror(static_cast<int>(x) + dx, frame.width_px);
        const std::uint32_t line = mirror(static_cast<int>(y) + dy, frame.height_px);
        if (order[2 * (line & 1) + (column & 1)] != colour) continue;
        sum += byte_at(frame, line, column);
        ++n;
      }
    }
    if (n > 0) return (2 * sum + n) / (2 * n);
  }
  return 0;
}

std::uint32_t packed_gray(const FrameView& frame, std::uint32_t x, std::uint32_t y) {
  const std::string_view order = to_text(frame.format).substr(0, to_text(frame.format).size() - 2);  // "bgrx"
  const std::size_t first = x * order.size();
  return gray_of(byte_at(frame, y, first + order.find('r')), byte_at(frame, y, first + order.find('g')),
                 byte_at(frame, y, first + order.find('b')));
}

// Mean of the bin whose first pixel is (x, y) in the source.
std::uint32_t bin_twin(const FrameView& frame, std::uint32_t x, std::uint32_t y, std::uint32_t bin) {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < bin * bin; ++i) sum += gray_twin(frame, x + i % bin, y + i / bin);
  const std::uint64_t n = std::uint64_t{bin} * bin;
  return static_cast<std::uint32_t>((2 * sum + n) / (2 * n));
}

// `image` turned clockwise by 90 degrees once.
std::vector<std::uint16_t> turned(const std::vector<std::uint16_t>& image, ImageSize size) {
  std::vector<std::uint16_t> out(image.size());
  for (std::size_t y = 0; y < size.height_px; ++y) {
    for (std::size_t x = 0; x < size.width_px; ++x) {
      out[x * size.height_px + (size.height_px - 1 - y)] = image[y * size.width_px + x];
    }
  }
  return out;
}

}  // namespace

std::size_t pixel_step(PixelFormat format) {
  switch (format) {
    case PixelFormat::rgb24:
    case PixelFormat::bgr24: return 3;
    case PixelFormat::rgbx32:
    case PixelFormat::bgrx32:
    case PixelFormat::xrgb32:
    case PixelFormat::xbgr32: return 4;
    case PixelFormat::gray16:
    case PixelFormat::yuy2:
    case PixelFormat::uyvy: return 2;
    default: return 1;
  }
}

std::uint32_t gray_twin(const FrameView& frame, std::uint32_t x, std::uint32_t y) {
  if (is_bayer(frame.format)) {
    return gray_of(bayer_colour(frame, x, y, 'r'), bayer_colour(frame, x, y, 'g'), bayer_colour(frame, x, y, 'b'));
  }
  switch (frame.format) {
    case PixelFormat::gray16: return byte_at(frame, y, 2 * x) + 256 * byte_at(frame, y, 2 * x + 1);
    case PixelFormat::yuy2: return byte_at(frame, y, 2 * x);
    case PixelFormat::uyvy: return byte_at(frame, y, 2 * x + 1);
    default: break;
  }
  return pixel_step(frame.format) == 1 ? byte_at(frame, y, x) : packed_gray(frame, x, y);
}

std::vector<std::uint16_t> convert_twin(const ConvertPlan& plan, const FrameView& frame) {
  ImageSize size{plan.crop_width_px / plan.bin, plan.crop_height_px / plan.bin};
  std::vector<std::uint16_t> image;
  for (std::uint32_t y = 0; y < size.height_px; ++y) {
    for (std::uint32_t x = 0; x < size.width_px; ++x) {
      image.push_back(static_cast<std::uint16_t>(
          bin_twin(frame, plan.crop_x_px + x * plan.bin, plan.crop_y_px + y * plan.bin, plan.bin)));
    }
  }
  for (std::uint32_t degrees = 0; degrees < plan.rotate_deg; degrees += 90) {
    image = turned(image, size);
    size = {size.height_px, size.width_px};
  }
  return image;
}

std::vector<std::uint16_t> converted(const ConvertPlan& plan, const FrameView& frame) {
  const std::size_t pixels = converted_size(plan).pixels();
  std::vector<std::byte> out(pixels * bytes_per_pixel(plan.pixel));
  // From an odd address: scratch may lie anywhere.
  std::vector<std::byte> scratch(convert_scratch_bytes(plan) + 1);
  convert(plan, frame, out, std::span(scratch).subspan(1));
  std::vector<std::uint16_t> image(pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    std::memcpy(&image[i], &out[i * bytes_per_pixel(plan.pixel)], bytes_per_pixel(plan.pixel));
  }
  return image;
}

RandomFrame::RandomFrame(PixelFormat format, std::uint32_t width, std::uint32_t height, std::size_t padding,
                         std::size_t misalign, bool flipped, std::uint32_t seed) {
  const std::size_t line = width * pixel_step(format);
  const std::size_t stride = line + padding;
  bytes_.resize(misalign + stride * (height - 1) + line);
  std::minstd_rand random(seed);
  for (std::byte& value : bytes_) value = static_cast<std::byte>(random() >> 8);
  view_ = {.format = format, .width_px = width, .height_px = height, .planes = {}};
  view_.planes[0].data = bytes_.data() + misalign + (flipped ? stride * (height - 1) : 0);
  view_.planes[0].stride_bytes = flipped ? -static_cast<std::ptrdiff_t>(stride) : static_cast<std::ptrdiff_t>(stride);
}

std::string describe(const ConvertPlan& plan, const FrameView& frame) {
  return fmt::format("{} {}x{} crop {},{} {}x{} bin {} rotate {}", to_text(frame.format), frame.width_px,
                     frame.height_px, plan.crop_x_px, plan.crop_y_px, plan.crop_width_px, plan.crop_height_px, plan.bin,
                     plan.rotate_deg);
}

}  // namespace tarsier
