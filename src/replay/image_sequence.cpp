#include "replay/image_sequence.hpp"

#include <algorithm>

namespace tarsier {
namespace {

constexpr std::uint64_t looked_at = 16;

}  // namespace

Result<std::unique_ptr<ImageSequence>> ImageSequence::open(std::vector<std::filesystem::path> files) {
  std::unique_ptr<ImageSequence> sequence(new ImageSequence);
  sequence->files_ = std::move(files);
  for (const auto& file : sequence->files_) {
    sequence->first_.push_back(sequence->facts_.frames);
    sequence->facts_.frames += has_stack_name(file) ? count_images(file) : 1;
  }
  if (auto learned = sequence->learn_shape(); !learned) return unexpected(std::move(learned.error()));
  return sequence;
}

Result<ImageFile*> ImageSequence::open_file(std::size_t number) {
  if (open_number_ == number) return open_.get();
  open_number_ = SIZE_MAX;
  if (!has_stack_name(files_[number]) && has_several_images(files_[number])) {
    return failure(files_[number].string() + ": is a TIFF file of several images; let its name end in .tif");
  }
  auto opened = open_image(files_[number]);
  if (!opened) return unexpected(std::move(opened.error()).within(files_[number].string()));
  open_ = std::move(*opened);
  open_number_ = number;
  return open_.get();
}

ImageSequence::Place ImageSequence::place_of(std::uint64_t index) const {
  const auto after = std::upper_bound(first_.begin(), first_.end(), index);
  const auto file = static_cast<std::size_t>(after - first_.begin()) - 1;
  return {file, index - first_[file]};
}

Result<ImageShape> ImageSequence::shape_of(std::uint64_t index) {
  const Place place = place_of(index);
  auto file = open_file(place.file);
  if (!file) return unexpected(std::move(file.error()));
  auto shape = (*file)->shape(place.image);
  if (!shape) return unexpected(std::move(shape.error()).within(files_[place.file].string()));
  return shape;
}

Result<void> ImageSequence::learn_shape() {
  Error first;
  for (std::uint64_t index = 0; index < std::min(facts_.frames, looked_at); ++index) {
    auto shape = shape_of(index);
    if (shape) {
      shape_ = *shape;
      facts_.size = shape->size;
      facts_.format = shape->format;
      // A file as it lies on the disk or a piece of it, and lines on their way; the names.
      facts_.memory_bytes = 2 * facts_.frame_bytes() + kibibytes(512).count + files_.size() * 160;
      return {};
    }
    if (index == 0) first = std::move(shape.error());
  }
  return unexpected(std::move(first));
}

Result<void> ImageSequence::read(std::uint64_t index, std::span<std::byte> pixels) {
  if (index >= facts_.frames || pixels.size() != facts_.frame_bytes()) return misuse("there is no such frame");
  const Place place = place_of(index);
  auto file = open_file(place.file);
  if (!file) return unexpected(std::move(file.error()));
  auto read = (*file)->read(place.image, shape_, pixels);
  if (!read) return unexpected(std::move(read.error()).within(files_[place.file].string()));
  return read;
}

}  // namespace tarsier
