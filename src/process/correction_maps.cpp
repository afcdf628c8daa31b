#include "process/correction_maps.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tarsier {
namespace {

double flat_value(const MeanImage& flat, const MeanImage* dark, std::size_t pixel) {
  return flat.mean(pixel) - (dark == nullptr ? 0.0 : dark->mean(pixel));
}

double mean_of(const MeanImage& flat, const MeanImage* dark) {
  double sum = 0;
  for (std::size_t i = 0; i < flat.sums.size(); ++i) sum += flat_value(flat, dark, i);
  return sum / static_cast<double>(flat.sums.size());
}

// Line by line, so that the values never lie in memory as doubles all at once.
template <typename Value, typename ValueAt, typename Quantise>
std::vector<std::byte> quantised(ImageSize size, ValueAt value_at, Quantise quantise) {
  std::vector<std::byte> map(size.pixels() * sizeof(Value));
  const std::span<Value> out(reinterpret_cast<Value*>(map.data()), size.pixels());
  std::vector<double> line(size.width_px);
  for (std::size_t first = 0; first < out.size(); first += line.size()) {
    for (std::size_t x = 0; x < line.size(); ++x) line[x] = value_at(first + x);
    quantise(line, out.subspan(first, line.size()));
  }
  return map;
}

template <typename Pixel>
Result<CorrectionMaps> maps_of(const CorrectConfig& correct, const MeanImage* dark, const MeanImage* flat) {
  CorrectionMaps maps;
  if (dark != nullptr) {
    maps.subtrahend = quantised<Subtrahend<Pixel>>(
        dark->size, [&](std::size_t pixel) { return dark->mean(pixel); },
        [&](const auto& line, auto out) { quantise_subtrahend(line, correct.subtract->amount, out); });
  }
  if (flat == nullptr) return maps;
  const double mean = mean_of(*flat, dark);
  if (!(mean > 0)) return misuse("divide/path: the flat field is not brighter than the dark frame; record it anew");
  std::uint64_t refused = 0;
  maps.factor = quantised<Factor<Pixel>>(
      flat->size, [&](std::size_t pixel) { return flat_value(*flat, dark, pixel) / mean; },
      [&](const auto& line, auto out) { refused += quantise_factor(line, correct.divide->amount, out); });
  if (refused == 0) return maps;
  return misuse(
      fmt::format("divide: {} of {} pixels would be brightened 8 times or more; light the flat field more evenly, crop "
                  "what is dark, or set amount below 1",
                  refused, flat->sums.size()));
}

}  // namespace

Result<CorrectionMaps> correction_maps(const CorrectConfig& correct, StoredPixel pixel, const MeanImage* dark,
                                       const MeanImage* flat) {
  return pixel == StoredPixel::gray8 ? maps_of<std::uint8_t>(correct, dark, flat)
                                     : maps_of<std::uint16_t>(correct, dark, flat);
}

}  // namespace tarsier
