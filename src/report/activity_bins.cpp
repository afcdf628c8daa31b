#include "report/activity_bins.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace tarsier {
namespace {

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t second = 1000 * millisecond;
constexpr std::int64_t widths[] = {
    millisecond,       2 * millisecond,   5 * millisecond,   10 * millisecond, 20 * millisecond, 50 * millisecond,
    100 * millisecond, 200 * millisecond, 500 * millisecond, second,           2 * second,       5 * second,
    10 * second,       15 * second,       20 * second,       30 * second,      60 * second,      120 * second,
    300 * second,      600 * second,      900 * second,      1800 * second,    3600 * second,    7200 * second,
    14400 * second,    43200 * second,    86400 * second};

// Code of a value on a scale; values and scale are not negative.
double root(double value, double scale) { return scale > 0 ? std::sqrt(std::min(value / scale, 1.0)) : 0; }

}  // namespace

BinAxis BinAxis::covering(std::int64_t from_ns, std::int64_t to_ns, std::int64_t width_ns) {
  BinAxis axis{from_ns - from_ns % width_ns, width_ns, 0};
  axis.bins = static_cast<std::size_t>((std::max(to_ns, from_ns + 1) - axis.from_ns - 1) / width_ns) + 1;
  return axis;
}

std::int64_t bin_width_ns(std::int64_t duration_ns, std::int64_t interval_ns, std::size_t most_bins) {
  // Two more, because the axis begins and ends at multiples of the width.
  const auto fits = [&](std::int64_t width) {
    return static_cast<std::uint64_t>(duration_ns / width) + 2 <= std::max<std::size_t>(most_bins, 3);
  };
  std::int64_t narrowest = widths[0];
  for (const auto width : widths)
    if (width <= interval_ns / 2) narrowest = width;
  for (const auto width : widths)
    if (width >= narrowest && fits(width)) return width;
  std::int64_t width = *std::rbegin(widths);
  while (!fits(width)) width *= 2;
  return width;
}

ActivityBins::ActivityBins(BinAxis axis, std::size_t regions)
    : axis_(axis), regions_(regions), bins_(axis.bins * regions), covered_ns_(axis.bins, 0.0) {}

void ActivityBins::add(Bin& bin, double covered_ns, const PairActivity& value) {
  const float values[] = {static_cast<float>(value.mean), static_cast<float>(value.changed)};
  const bool first = bin.covered_ns == 0;
  bin.covered_ns += static_cast<float>(covered_ns);
  for (std::size_t i = 0; i < 2; ++i) {
    bin.weighted_sum[i] += values[i] * static_cast<float>(covered_ns);
    bin.minimum[i] = first ? values[i] : std::min(bin.minimum[i], values[i]);
    bin.maximum[i] = first ? values[i] : std::max(bin.maximum[i], values[i]);
  }
}

void ActivityBins::add(std::int64_t begin_ns, std::int64_t end_ns, std::span<const std::size_t> regions,
                       std::span<const PairActivity> values) {
  const auto begin = std::max<std::int64_t>(begin_ns - axis_.from_ns, 0);
  const auto end = std::min(end_ns - axis_.from_ns, static_cast<std::int64_t>(axis_.bins) * axis_.width_ns);
  for (auto at = begin; at < end;) {
    const auto bin = at / axis_.width_ns;
    const auto next = std::min(end, (bin + 1) * axis_.width_ns);
    const auto covered = static_cast<double>(next - at);
    const auto index = static_cast<std::size_t>(bin);
    covered_ns_[index] += covered;
    for (std::size_t i = 0; i < regions.size(); ++i)
      if (std::isfinite(values[i].mean) && std::isfinite(values[i].changed))
        add(bins_[regions[i] * axis_.bins + index], covered, values[i]);
    at = next;
  }
}

std::span<const ActivityBins::Bin> ActivityBins::of(std::size_t region) const {
  return std::span(bins_).subspan(region * axis_.bins, axis_.bins);
}

std::vector<double> ActivityBins::means(std::size_t region, Measure measure) const {
  const auto which = static_cast<std::size_t>(measure);
  std::vector<double> means;
  means.reserve(axis_.bins);
  // Rounding may carry the mean of equal values a hair beyond them.
  for (const auto& bin : of(region))
    means.push_back(bin.covered_ns > 0
                        ? std::clamp(static_cast<double>(bin.weighted_sum[which] / bin.covered_ns),
                                     static_cast<double>(bin.minimum[which]), static_cast<double>(bin.maximum[which]))
                        : std::numeric_limits<double>::quiet_NaN());
  return means;
}

CodedSeries ActivityBins::coded(std::size_t region, Measure measure) const {
  const auto which = static_cast<std::size_t>(measure);
  CodedSeries coded;
  for (const auto& bin : of(region)) coded.scale = std::max(coded.scale, bin.maximum[which]);
  const auto byte = [&](float value) {
    return static_cast<std::uint8_t>(std::lround(255.0 * root(static_cast<double>(value), coded.scale)));
  };
  for (const double mean : means(region, measure))
    coded.mean.push_back(std::isnan(mean) ? not_measured
                                          : static_cast<std::uint16_t>(std::lround(65534.0 * root(mean, coded.scale))));
  for (const auto& bin : of(region)) {
    coded.minimum.push_back(byte(bin.minimum[which]));
    coded.maximum.push_back(byte(bin.maximum[which]));
  }
  return coded;
}

std::vector<std::uint8_t> ActivityBins::coverage() const {
  std::vector<std::uint8_t> shares;
  shares.reserve(covered_ns_.size());
  for (const double covered : covered_ns_) {
    const double share = std::min(covered / static_cast<double>(axis_.width_ns), 1.0);
    // Something is never rounded to nothing.
    shares.push_back(static_cast<std::uint8_t>(covered > 0 ? std::max(std::lround(255 * share), 1L) : 0L));
  }
  return shares;
}

}  // namespace tarsier
