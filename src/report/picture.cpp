#include "report/picture.hpp"

#include <algorithm>
#include <cmath>

#include "report/gray_png.hpp"

namespace tarsier {

std::uint32_t reduction(std::uint32_t width, std::uint32_t height, std::uint32_t longest_px) {
  return std::max(1U, (std::max(width, height) + longest_px - 1) / longest_px);
}

PictureSum::PictureSum(std::uint32_t width, std::uint32_t height, std::uint32_t factor)
    : width_(width),
      height_(height),
      factor_(factor),
      shown_width_((width + factor - 1) / factor),
      shown_height_((height + factor - 1) / factor),
      sums_(std::size_t{shown_width_} * shown_height_, 0.0),
      maxima_(std::size_t{shown_width_} * shown_height_, 0) {}

void PictureSum::add_mean(std::span<const std::uint16_t> pixels, double weight) {
  std::vector<std::uint64_t> line(shown_width_);
  for (std::uint32_t top = 0; top < height_; top += factor_) {
    const auto lines = std::min(factor_, height_ - top);
    std::fill(line.begin(), line.end(), 0U);
    for (std::uint32_t y = top; y < top + lines; ++y)
      for (std::uint32_t x = 0; x < width_; ++x) line[x / factor_] += pixels[std::size_t{y} * width_ + x];
    double* const sums = sums_.data() + std::size_t{top / factor_} * shown_width_;
    for (std::uint32_t x = 0; x < shown_width_; ++x) {
      const auto count = lines * std::min(factor_, width_ - x * factor_);
      sums[x] += weight * static_cast<double>(line[x]) / count;
    }
  }
  weight_ += weight;
}

void PictureSum::add_maximum(std::span<const std::uint16_t> pixels) {
  for (std::uint32_t y = 0; y < height_; ++y) {
    std::uint16_t* const maxima = maxima_.data() + std::size_t{y / factor_} * shown_width_;
    for (std::uint32_t x = 0; x < width_; ++x)
      maxima[x / factor_] = std::max(maxima[x / factor_], pixels[std::size_t{y} * width_ + x]);
  }
  has_maximum_ = true;
}

ShownPicture PictureSum::mean(double largest_value) const {
  std::vector<double> values(sums_);
  for (double& value : values) value /= weight_;
  return shown(values, largest_value);
}

ShownPicture PictureSum::maximum(double largest_value) const {
  return shown(std::vector<double>(maxima_.begin(), maxima_.end()), largest_value);
}

ShownPicture PictureSum::shown(std::span<const double> values, double largest_value) const {
  ShownPicture picture{shown_width_, shown_height_, 0, 255, {}};
  if (largest_value > 255) {
    const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
    picture.black = *smallest;
    picture.white = std::max(*largest, *smallest + 1);
  }
  std::vector<std::uint8_t> pixels;
  pixels.reserve(values.size());
  for (const double value : values) {
    const double level = 255 * (value - picture.black) / (picture.white - picture.black);
    pixels.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(level, 0.0, 255.0))));
  }
  picture.png = gray_png(pixels, shown_width_, shown_height_);
  return picture;
}

}  // namespace tarsier
