#include "frame/noise_meter.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tarsier {

void NoiseMeter::add(double mean_difference) {
  if (!(mean_difference > 0)) return;
  const double place = (std::log2(mean_difference) - lowest_octave) * bins_per_octave;
  ++counts_[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(counts_.size() - 1)))];
  ++pairs_;
}

std::optional<double> NoiseMeter::difference_std() const {
  if (pairs_ == 0) return std::nullopt;
  std::uint64_t below = 0;
  std::size_t bin = 0;
  while ((below += counts_[bin]) * 2 < pairs_) ++bin;
  const double octave = (static_cast<double>(bin) + 0.5) / bins_per_octave + lowest_octave;
  return std::exp2(octave) * std::sqrt(std::numbers::pi / 2);
}

std::optional<std::uint32_t> NoiseMeter::proposed_threshold(StoredPixel pixel) const {
  const auto deviation = difference_std();
  if (!deviation) return std::nullopt;
  const double threshold = std::ceil(5 * *deviation);
  if (threshold >= largest_value(pixel)) return std::nullopt;
  return static_cast<std::uint32_t>(threshold);
}

}  // namespace tarsier
