#include "frame/image_batch.hpp"

namespace tarsier {

std::string_view to_text(ImageKind kind) {
  constexpr std::string_view names[image_kinds] = {"mean", "max", "min", "std", "median", "subtrahend", "factor"};
  return names[static_cast<std::size_t>(kind)];
}

std::optional<ImageKind> projection_kind_from(std::string_view text) {
  for (std::size_t i = 0; i < projection_kinds; ++i) {
    if (to_text(static_cast<ImageKind>(i)) == text) return static_cast<ImageKind>(i);
  }
  return std::nullopt;
}

std::uint32_t bytes_per_pixel(ImageKind kind, StoredPixel frames) {
  switch (kind) {
    case ImageKind::std: return 4;
    case ImageKind::subtrahend:
    case ImageKind::factor: return 2 * bytes_per_pixel(frames);
    default: return bytes_per_pixel(frames);
  }
}

}  // namespace tarsier
