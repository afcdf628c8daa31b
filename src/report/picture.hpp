// Mean and maximum of many images, at the size that a page shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tarsier {

// By which whole number both sides are divided so that the longer one has at most `longest_px`.
[[nodiscard]] std::uint32_t reduction(std::uint32_t width, std::uint32_t height, std::uint32_t longest_px);

struct ShownPicture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  double black = 0;  // the values that are shown as black and as white
  double white = 0;
  std::vector<std::byte> png;
};

// Adds images of one size up, each square of `factor` * `factor` pixels as one: of the mean its mean, of the maximum
// its maximum. Squares at the right and lower edge may be incomplete. Memory: 12 bytes a shown pixel.
class PictureSum {
 public:
  PictureSum() = default;
  PictureSum(std::uint32_t width, std::uint32_t height, std::uint32_t factor);

  [[nodiscard]] std::uint32_t factor() const { return factor_; }
  // `pixels` has width * height values; `weight` is how many frames stand behind them.
  void add_mean(std::span<const std::uint16_t> pixels, double weight);
  void add_maximum(std::span<const std::uint16_t> pixels);
  [[nodiscard]] bool has_mean() const { return weight_ > 0; }
  [[nodiscard]] bool has_maximum() const { return has_maximum_; }
  // As they are when `largest_value` is 255; deeper images are stretched from their smallest to their largest value.
  [[nodiscard]] ShownPicture mean(double largest_value) const;
  [[nodiscard]] ShownPicture maximum(double largest_value) const;

 private:
  [[nodiscard]] ShownPicture shown(std::span<const double> values, double largest_value) const;

  std::uint32_t width_ = 0;  // of the images
  std::uint32_t height_ = 0;
  std::uint32_t factor_ = 1;
  std::uint32_t shown_width_ = 0;
  std::uint32_t shown_height_ = 0;
  double weight_ = 0;
  bool has_maximum_ = false;
  std::vector<double> sums_;  // of means times their weights
  std::vector<std::uint16_t> maxima_;
};

}  // namespace tarsier
