#include "kernels/kernel_twins.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cassert>
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

bool ends_in(PixelFormat format, std::string_view end) { return to_text(format).ends_with(end); }

// Sample x of line y, of formats with one sample a pixel.
std::uint32_t sample_at(const FrameView& frame, std::uint32_t x, std::uint32_t y) {
  const std::size_t column = x;
  if (ends_in(frame.format, "raw10")) {
    const std::size_t group = column / 4 * 5, i = column % 4;
    return byte_at(frame, y, group + i) * 4 + byte_at(frame, y, group + 4) / (1U << (2 * i)) % 4;
  }
  if (ends_in(frame.format, "raw12")) {
    const std::size_t group = column / 2 * 3, i = column % 2;
    return byte_at(frame, y, group + i) * 16 + byte_at(frame, y, group + 2) / (1U << (4 * i)) % 16;
  }
  if (natural_pixel(frame.format) == StoredPixel::gray8) return byte_at(frame, y, column);
  return byte_at(frame, y, 2 * column) + 256 * byte_at(frame, y, 2 * column + 1);
}

char colour_at(PixelFormat format, std::uint32_t x, std::uint32_t y) {
  return to_text(format).substr(6, 4)[2 * (y & 1) + (x & 1)];  // "bayer_rggb8"
}

std::uint32_t mirror(int index, std::uint32_t count) {
  const int last = static_cast<int>(count) - 1;
  if (last == 0) return 0;
  return static_cast<std::uint32_t>(index < 0 ? -index : index > last ? 2 * last - index : index);
}

// Mirroring keeps the colours in order, which is why they are those of the place before it.
// Mean of the nearest samples of that colour: the sample itself, else those beside it, else those at the corners.
std::uint32_t bayer_colour(const FrameView& frame, std::uint32_t x, std::uint32_t y, char colour) {
  for (int distance = 0; distance <= 2; ++distance) {
    std::uint32_t sum = 0;
    std::uint32_t n = 0;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        if (dx * dx + dy * dy != distance) continue;
        const std::uint32_t column = mirror(static_cast<int>(x) + dx, frame.width_px);
        const std::uint32_t line = mirror(static_cast<int>(y) + dy, frame.height_px);
        if (colour_at(frame.format, x + 2 + static_cast<std::uint32_t>(dx), y + 2 + static_cast<std::uint32_t>(dy)) !=
            colour)
          continue;
        sum += sample_at(frame, column, line);
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

// Pixel (x, y) of the cropped frame before it is binned.
std::uint32_t unbinned_twin(const ConvertPlan& plan, const FrameView& frame, std::uint32_t x, std::uint32_t y) {
  if (plan.bayer == BayerMethod::superpixel) {
    return superpixel_twin(frame, plan.crop_x_px + 2 * x, plan.crop_y_px + 2 * y);
  }
  return gray_twin(frame, plan.crop_x_px + x, plan.crop_y_px + y);
}

// Mean of the bin (x, y).
std::uint32_t bin_twin(const ConvertPlan& plan, const FrameView& frame, std::uint32_t x, std::uint32_t y) {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < plan.bin * plan.bin; ++i) {
    sum += unbinned_twin(plan, frame, x * plan.bin + i % plan.bin, y * plan.bin + i / plan.bin);
  }
  const std::uint64_t n = std::uint64_t{plan.bin} * plan.bin;
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

std::vector<std::uint16_t> flipped(const std::vector<std::uint16_t>& image, ImageSize size, Flip flip) {
  std::vector<std::uint16_t> out;
  for (std::size_t y = 0; y < size.height_px; ++y) {
    for (std::size_t x = 0; x < size.width_px; ++x) {
      const std::size_t from_x = flip == Flip::horizontal ? size.width_px - 1 - x : x;
      const std::size_t from_y = flip == Flip::vertical ? size.height_px - 1 - y : y;
      out.push_back(image[from_y * size.width_px + from_x]);
    }
  }
  return out;
}

}  // namespace

std::uint32_t gray_twin(const FrameView& frame, std::uint32_t x, std::uint32_t y) {
  if (is_bayer(frame.format)) {
    return gray_of(bayer_colour(frame, x, y, 'r'), bayer_colour(frame, x, y, 'g'), bayer_colour(frame, x, y, 'b'));
  }
  if (frame.format == PixelFormat::yuy2) return byte_at(frame, y, std::size_t{2} * x);
  if (frame.format == PixelFormat::uyvy) return byte_at(frame, y, std::size_t{2} * x + 1);
  return line_bytes(frame.format, 1) >= 3 && packing(frame.format) == Packing::bytes ? packed_gray(frame, x, y)
                                                                                     : sample_at(frame, x, y);
}

std::uint32_t superpixel_twin(const FrameView& frame, std::uint32_t x, std::uint32_t y) {
  std::uint32_t red = 0, greens = 0, blue = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const std::uint32_t column = x + i % 2, line = y + i / 2;
    const char colour = colour_at(frame.format, column, line);
    (colour == 'r' ? red : colour == 'b' ? blue : greens) += sample_at(frame, column, line);
  }
  return gray_of(red, (2 * greens + 2) / 4, blue);
}

std::vector<std::uint16_t> convert_twin(const ConvertPlan& plan, const FrameView& frame) {
  const std::uint32_t halved = plan.bayer == BayerMethod::superpixel ? 2 : 1;
  ImageSize size{plan.crop_width_px / halved / plan.bin, plan.crop_height_px / halved / plan.bin};
  std::vector<std::uint16_t> image;
  for (std::uint32_t y = 0; y < size.height_px; ++y) {
    for (std::uint32_t x = 0; x < size.width_px; ++x) {
      image.push_back(static_cast<std::uint16_t>(bin_twin(plan, frame, x, y)));
    }
  }
  for (std::uint32_t degrees = 0; degrees < plan.rotate_deg; degrees += 90) {
    image = turned(image, size);
    size = {size.height_px, size.width_px};
  }
  return flipped(image, size, plan.flip);
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
                         bool flipped, std::uint32_t seed) {
  const std::size_t line = line_bytes(format, width);
  const std::size_t stride = line + padding;
  const std::size_t bytes = stride * (height - 1) + line;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t readable = (bytes + page - 1) / page * page;
  mapped_bytes_ = readable + 2 * page;
  void* mapped = mmap(nullptr, mapped_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert(mapped != MAP_FAILED);
  mapped_ = static_cast<std::byte*>(mapped);
  mprotect(mapped_ + page, readable, PROT_READ | PROT_WRITE);
  std::byte* const first = mapped_ + page + readable - bytes;
  std::minstd_rand random(seed);
  for (std::size_t i = 0; i < bytes; ++i) first[i] = static_cast<std::byte>(random() >> 8);
  view_ = {.format = format, .width_px = width, .height_px = height, .planes = {}};
  view_.planes[0].data = first + (flipped ? stride * (height - 1) : 0);
  view_.planes[0].stride_bytes = flipped ? -static_cast<std::ptrdiff_t>(stride) : static_cast<std::ptrdiff_t>(stride);
}

RandomFrame::~RandomFrame() { munmap(mapped_, mapped_bytes_); }

std::string describe(const ConvertPlan& plan, const FrameView& frame) {
  return fmt::format("{} {}x{} stride {} crop {},{} {}x{} bin {} rotate {} flip {} {}, {}", to_text(frame.format),
                     frame.width_px, frame.height_px, frame.planes[0].stride_bytes, plan.crop_x_px, plan.crop_y_px,
                     plan.crop_width_px, plan.crop_height_px, plan.bin, plan.rotate_deg, to_text(plan.flip),
                     to_text(plan.bayer), to_text(instruction_set()));
}

}  // namespace tarsier
