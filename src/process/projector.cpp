#include "process/projector.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/reduce.hpp"

namespace tarsier {

template <typename Pixel>
Bytes Projector<Pixel>::cost(const std::optional<ProjectionConfig>& projection, std::uint64_t pixels) {
  if (!projection) return {};
  const Bytes image = Arena::cost(pixels * sizeof(Pixel));
  const bool deviation = projection->has(ImageKind::std);
  const bool mean = projection->has(ImageKind::mean);
  Bytes bytes;
  if (mean || deviation) bytes += Arena::cost(pixels * sizeof(std::uint32_t));
  if (mean) bytes += image;
  if (deviation) bytes += Arena::cost(pixels * sizeof(SumOfSquares<Pixel>)) + Arena::cost(pixels * sizeof(float));
  if (projection->has(ImageKind::min)) bytes += image * 2;
  if (projection->has(ImageKind::max)) bytes += image * 2;
  if (projection->has(ImageKind::median)) bytes += Arena::cost(pixels * sizeof(Pixel) * median_frames) + image;
  return bytes;
}

template <typename Pixel>
Projector<Pixel>::Projector(Arena& arena, const std::optional<ProjectionConfig>& projection, std::uint64_t pixels)
    : projection_(projection),
      pixels_(pixels),
      interval_ns_(projection ? std::llround(projection->interval_s * 1e9) : 0) {
  const bool deviation = wants(ImageKind::std);
  const auto image = [&](bool wanted) { return wanted ? take_values<Pixel>(arena, pixels) : std::span<Pixel>{}; };
  if (wants(ImageKind::mean) || deviation) sums_.sum = take_values<std::uint32_t>(arena, pixels);
  if (deviation) sums_.sum_sq = take_values<SumOfSquares<Pixel>>(arena, pixels);
  if (deviation) deviation_ = take_values<float>(arena, pixels);
  mean_ = image(wants(ImageKind::mean));
  sums_.min = image(wants(ImageKind::min));
  spare_min_ = image(wants(ImageKind::min));
  sums_.max = image(wants(ImageKind::max));
  spare_max_ = image(wants(ImageKind::max));
  median_ = image(wants(ImageKind::median));
  if (wants(ImageKind::median)) samples_ = take_values<Pixel>(arena, pixels * median_frames);
}

template <typename Pixel>
std::int64_t Projector<Pixel>::interval_of(std::int64_t sensor_ns) const {
  return (sensor_ns - origin_ns_.value_or(sensor_ns)) / interval_ns_;
}

template <typename Pixel>
bool Projector<Pixel>::over(std::int64_t sensor_ns) const {
  return !empty() && (interval_of(sensor_ns) != interval_ || row_.count == projection_frames);
}

template <typename Pixel>
void Projector<Pixel>::make_images(PixelRange range) {
  const auto count = static_cast<std::uint32_t>(row_.count);
  if (!mean_.empty()) mean_of_sums(range.of(sums_.sum), count, range.of(mean_));
  if (!deviation_.empty()) {
    deviation_of_sums(range.of(sums_.sum), range.of(sums_.sum_sq), count, range.of(deviation_));
  }
  if (median_.empty()) return;
  std::array<std::span<const Pixel>, median_frames> frames;
  for (std::uint32_t i = 0; i < row_.median_count; ++i) frames[i] = range.of(samples_.subspan(i * pixels_, pixels_));
  median(std::span(frames).first(row_.median_count), range.of(median_));
}

template <typename Pixel>
ImageBatch Projector<Pixel>::take_batch() {
  std::swap(sums_.min, spare_min_);
  std::swap(sums_.max, spare_max_);
  ImageBatch batch;
  const auto put = [&](ImageKind kind, std::span<const std::byte> image) {
    batch.images[static_cast<std::size_t>(kind)] = image;
  };
  put(ImageKind::mean, std::as_bytes(mean_));
  put(ImageKind::min, std::as_bytes(spare_min_));
  put(ImageKind::max, std::as_bytes(spare_max_));
  put(ImageKind::std, std::as_bytes(deviation_));
  put(ImageKind::median, std::as_bytes(median_));
  batch.projection = row_;
  row_ = {};
  return batch;
}

template <typename Pixel>
void Projector<Pixel>::set_interval(double interval_s, std::int64_t sensor_ns) {
  if (!projection_) return;
  interval_ns_ = std::llround(interval_s * 1e9);
  origin_ns_ = sensor_ns;
  interval_ = 0;
  last_part_ = -1;
}

// Which of 31 equal parts of the interval: the first frame of each goes into the median.
template <typename Pixel>
std::int64_t Projector<Pixel>::part_of(std::int64_t sensor_ns) const {
  constexpr auto parts = static_cast<std::int64_t>(median_frames);
  return (sensor_ns - *origin_ns_ - interval_ * interval_ns_) * parts / interval_ns_;
}

template <typename Pixel>
void Projector<Pixel>::begin(const Row& row, bool wanted) {
  if (!projection_) return;
  if (!origin_ns_) origin_ns_ = row.sensor_ns;
  adds_ = wanted && row_.count < projection_frames;
  if (!adds_) return;
  if (empty()) {
    interval_ = interval_of(row.sensor_ns);
    row_.first_id = row.frame_id;
    row_.start_utc_ns = row.utc_ns;
  }
  const std::int64_t part = part_of(row.sensor_ns);
  const bool sampled = !samples_.empty() && row_.median_count < median_frames && (empty() || part > last_part_);
  sample_.reset();
  if (sampled) {
    sample_ = row_.median_count++;
    last_part_ = part;
  }
  ++row_.count;
  row_.last_id = row.frame_id;
  row_.end_utc_ns = row.utc_ns;
}

template <typename Pixel>
void Projector<Pixel>::add(std::span<const Pixel> frame, PixelRange range) {
  if (!projection_ || !adds_) return;
  const ProjectionSums<Pixel> sums{range.of(sums_.sum), range.of(sums_.sum_sq), range.of(sums_.min),
                                   range.of(sums_.max)};
  if (row_.count == 1) tarsier::begin(sums);
  const std::span<const Pixel> frames[] = {range.of(frame)};
  add_frames(frames, sums);
  if (sample_) std::ranges::copy(frames[0], range.of(samples_.subspan(*sample_ * pixels_, pixels_)).begin());
}

template class Projector<std::uint8_t>;
template class Projector<std::uint16_t>;

}  // namespace tarsier
