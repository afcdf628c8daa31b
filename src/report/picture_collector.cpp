#include "report/picture_collector.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/words.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t most_images = 200;
constexpr std::uint64_t most_intervals = 24;
constexpr std::uint32_t longest_side_px = 1000;
constexpr std::uint32_t longest_interval_side_px = 480;

bool has_projections(const SegmentFacts& segment) {
  return segment.projections > 0 && (segment.mean_projection || segment.max_projection);
}

}  // namespace

std::vector<std::uint64_t> evenly_spaced(std::uint64_t total, std::uint64_t count) {
  count = std::min(total, count);
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < count; ++i) numbers.push_back(i * (total / count) + i * (total % count) / count);
  return numbers;
}

PictureCollector::PictureCollector(const std::vector<const SegmentFacts*>& segments) {
  for (const auto* segment : segments) projections_ = projections_ || has_projections(*segment);
  for (const auto* segment : segments) {
    const bool any = projections_ ? has_projections(*segment) : segment->frames > 0;
    if (any && first_.width_px == 0) first_ = *segment;
    total_ += images_of(*segment);
    if (any && images_of(*segment) == 0) ++other_size_;
  }
  picks_ = evenly_spaced(total_, most_images);
  if (projections_)
    for (const auto pick : evenly_spaced(picks_.size(), most_intervals))
      shown_.push_back(static_cast<std::size_t>(pick));
  if (total_ == 0) return;
  sum_ = PictureSum(first_.width_px, first_.height_px, reduction(first_.width_px, first_.height_px, longest_side_px));
  image_.resize(first_.pixels());
}

std::uint64_t PictureCollector::images_of(const SegmentFacts& segment) const {
  if (segment.width_px != first_.width_px || segment.height_px != first_.height_px) return 0;
  if (!projections_) return segment.frames;
  return has_projections(segment) ? segment.projections : 0;
}

Result<void> PictureCollector::add(const SegmentReader& segment) {
  const auto count = images_of(segment.facts());
  for (; next_ < picks_.size() && picks_[next_] < passed_ + count; ++next_) {
    const auto index = picks_[next_] - passed_;
    const bool shown = std::binary_search(shown_.begin(), shown_.end(), next_);
    auto added = projections_ ? add_projection(segment, index, shown) : add_frame(segment, index);
    if (!added) return added;
  }
  passed_ += count;
  return {};
}

Result<void> PictureCollector::add_frame(const SegmentReader& segment, std::uint64_t index) {
  if (auto read = segment.read_frame(index, image_); !read) return read;
  sum_.add_mean(image_, 1);
  sum_.add_maximum(image_);
  return {};
}

Result<void> PictureCollector::add_projection(const SegmentReader& segment, std::uint64_t index, bool shown) {
  ProjectionRow interval;
  if (auto read = segment.read(index, std::span(&interval, 1)); !read) return read;
  const auto& facts = segment.facts();
  const auto factor = reduction(first_.width_px, first_.height_px, longest_interval_side_px);
  PictureSum one(shown ? first_.width_px : 0, shown ? first_.height_px : 0, factor);
  if (facts.mean_projection) {
    if (auto read = segment.read_projection(ProjectionKind::mean, index, image_); !read) return read;
    sum_.add_mean(image_, static_cast<double>(std::max<std::uint64_t>(interval.count, 1)));
    if (shown) one.add_mean(image_, 1);
  }
  if (facts.max_projection) {
    if (auto read = segment.read_projection(ProjectionKind::max, index, image_); !read) return read;
    sum_.add_maximum(image_);
    if (shown) one.add_maximum(image_);
  }
  if (!shown) return {};
  auto& pictures = intervals_.emplace_back(IntervalPictures{interval, {}, {}});
  if (one.has_mean()) pictures.mean = one.mean(first_.largest_value);
  if (one.has_maximum()) pictures.maximum = one.maximum(first_.largest_value);
  return {};
}

std::string PictureCollector::source() const {
  if (total_ == 0) return "The images were not kept, and no projections were made: there is no picture.";
  const auto count = picks_.size();
  const auto of = projections_ ? "interval" : "stored frame";
  std::string text;
  if (count == total_)
    text = fmt::format("Made of {} {}.", count == 1 ? "the only" : fmt::format("all {}", grouped_digits(count)),
                       fmt::format("{}{}", of, count == 1 ? "" : "s"));
  else
    text = fmt::format("Made of {} of {}, evenly spaced from the first on, every {:.4g}th.", grouped_digits(count),
                       count_of(total_, of), static_cast<double>(total_) / static_cast<double>(count));
  if (projections_) text += " Means are weighted by the frames of each interval.";
  if (other_size_ > 0)
    text += fmt::format(" {} with images of another size {} left out.", count_of(other_size_, "segment"),
                        other_size_ == 1 ? "is" : "are");
  return text;
}

Pictures PictureCollector::finish() const {
  Pictures pictures;
  pictures.source = source();
  if (total_ == 0) return pictures;
  pictures.width_px = first_.width_px;
  pictures.height_px = first_.height_px;
  pictures.factor = sum_.factor();
  pictures.intervals = intervals_;
  if (sum_.has_mean()) pictures.mean = sum_.mean(first_.largest_value);
  if (sum_.has_maximum()) pictures.maximum = sum_.maximum(first_.largest_value);
  return pictures;
}

}  // namespace tarsier
