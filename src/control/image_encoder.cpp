#include "control/image_encoder.hpp"

#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tarsier {
namespace {

struct Size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

Size shown_size(std::uint32_t width, std::uint32_t height, std::uint32_t width_px) {
  const auto shown = std::clamp(width_px, 1U, std::min(width, widest_jpeg_px));
  const auto scaled = std::lround(static_cast<double>(height) * shown / width);
  return {shown, static_cast<std::uint32_t>(std::clamp(scaled, 1L, 65500L))};
}

// Adds line `y` of `frame` to `sums`, one sum a shown column.
template <typename Pixel>
void add_line(const FrameCopy& frame, std::uint32_t y, std::vector<double>& sums) {
  const auto* const line = frame.pixels.data() + std::size_t{y} * frame.width_px * sizeof(Pixel);
  const std::uint64_t columns = sums.size();
  for (std::uint64_t column = 0; column < columns; ++column) {
    const auto end = (column + 1) * frame.width_px / columns;
    for (auto x = column * frame.width_px / columns; x < end; ++x) {
      Pixel pixel;
      std::memcpy(&pixel, line + x * sizeof(Pixel), sizeof(Pixel));
      sums[column] += static_cast<double>(pixel);
    }
  }
}

// Calls `use` with each shown line: the means of its boxes.
template <typename Pixel, typename Use>
void for_each_line(const FrameCopy& frame, std::uint64_t height, std::vector<double>& means, Use use) {
  const std::uint64_t columns = means.size();
  for (std::uint64_t row = 0; row < height; ++row) {
    std::fill(means.begin(), means.end(), 0.0);
    const auto first = row * frame.height_px / height;
    const auto end = (row + 1) * frame.height_px / height;
    for (auto y = first; y < end; ++y) add_line<Pixel>(frame, static_cast<std::uint32_t>(y), means);
    for (std::uint64_t column = 0; column < columns; ++column) {
      const auto width = (column + 1) * frame.width_px / columns - column * frame.width_px / columns;
      means[column] /= static_cast<double>(width * (end - first));
    }
    use(row, means);
  }
}

template <typename Pixel>
void reduce_as(const FrameCopy& frame, std::uint32_t height, std::vector<double>& line, std::uint8_t* shown) {
  double black = 0;
  double white = 255;
  if constexpr (sizeof(Pixel) > 1) {
    black = std::numeric_limits<double>::max();
    white = std::numeric_limits<double>::lowest();
    for_each_line<Pixel>(frame, height, line, [&](std::uint64_t, const std::vector<double>& means) {
      for (const double mean : means) {
        if (!std::isfinite(mean)) continue;
        black = std::min(black, mean);
        white = std::max(white, mean);
      }
    });
    if (!(white > black)) white = black + 1;
  }
  for_each_line<Pixel>(frame, height, line, [&](std::uint64_t row, const std::vector<double>& means) {
    for (std::size_t x = 0; x < means.size(); ++x) {
      const double level = std::isfinite(means[x]) ? 255 * (means[x] - black) / (white - black) : 0;
      shown[row * means.size() + x] = static_cast<std::uint8_t>(std::floor(std::clamp(level, 0.0, 255.0) + 0.5));
    }
  });
}

std::string_view descr_of(SampleType type) {
  switch (type) {
    case SampleType::uint8: return "|u1";
    case SampleType::uint16: return "<u2";
    case SampleType::float32: break;
  }
  return "<f4";
}

}  // namespace

struct ImageEncoder::Compressor {
  Compressor() = default;
  ~Compressor() {
    if (handle != nullptr) tjDestroy(handle);
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  tjhandle handle = tjInitCompress();
};

ImageEncoder::ImageEncoder() : compressor_(std::make_unique<Compressor>()) {}
ImageEncoder::~ImageEncoder() = default;

Bytes ImageEncoder::cost(std::uint32_t width_px, std::uint32_t height_px) {
  const Size size = shown_size(width_px, height_px, widest_jpeg_px);
  const auto coded = tjBufSize(static_cast<int>(size.width), static_cast<int>(size.height), TJSAMP_GRAY);
  return {std::uint64_t{size.width} * size.height + coded + size.width * sizeof(double)};
}

std::string ImageEncoder::jpeg(const FrameCopy& frame, std::uint32_t width_px, int quality) {
  if (compressor_->handle == nullptr || frame.width_px == 0 || frame.height_px == 0) return {};
  const Size size = shown_size(frame.width_px, frame.height_px, width_px);
  const auto height = std::min(size.height, frame.height_px);
  reduce(frame, size.width, height);
  const auto width = static_cast<int>(size.width);
  auto bytes = tjBufSize(width, static_cast<int>(height), TJSAMP_GRAY);
  if (coded_.size() < bytes) coded_.resize(bytes);
  unsigned char* coded = coded_.data();
  if (tjCompress2(compressor_->handle, shown_.data(), width, 0, static_cast<int>(height), TJPF_GRAY, &coded, &bytes,
                  TJSAMP_GRAY, quality, TJFLAG_NOREALLOC) != 0)
    return {};
  return {reinterpret_cast<const char*>(coded), bytes};
}

void ImageEncoder::reduce(const FrameCopy& frame, std::uint32_t width_px, std::uint32_t height_px) {
  shown_.resize(std::size_t{width_px} * height_px);
  line_.resize(width_px);
  switch (frame.type) {
    case SampleType::uint8: return reduce_as<std::uint8_t>(frame, height_px, line_, shown_.data());
    case SampleType::uint16: return reduce_as<std::uint16_t>(frame, height_px, line_, shown_.data());
    case SampleType::float32: return reduce_as<float>(frame, height_px, line_, shown_.data());
  }
}

std::string npy_of(const FrameCopy& frame) {
  constexpr std::size_t before_text = 10;
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}), }}", descr_of(frame.type),
                                 frame.height_px, frame.width_px);
  text.resize(round_up(before_text + text.size() + 1, 64) - before_text - 1, ' ');
  text += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(text.size() & 0xffU);
  file += static_cast<char>(text.size() >> 8U);
  file.reserve(before_text + text.size() + frame.pixels.size());
  file += text;
  return file.append(reinterpret_cast<const char*>(frame.pixels.data()), frame.pixels.size());
}

}  // namespace tarsier
