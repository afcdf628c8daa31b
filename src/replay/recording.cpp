#include "replay/recording.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tarsier {

Result<void> check_size(std::uint64_t width_px, std::uint64_t height_px, PixelFormat format) {
  if (width_px == 0 || height_px == 0 || width_px > largest_side_px || height_px > largest_side_px) {
    return failure(
        fmt::format("its frames are {}x{} pixels; 1 to {} each way can be read", width_px, height_px, largest_side_px));
  }
  const Bytes frame{image_bytes(format, static_cast<std::uint32_t>(width_px), static_cast<std::uint32_t>(height_px))};
  if (frame <= largest_piece) return {};
  return failure(
      fmt::format("one frame of it takes {}; at most {} can be read", to_text(frame), to_text(largest_piece)));
}

void Recording::assume_interval(double seconds) {
  if (facts_.interval_source != IntervalSource::assumed) return;
  facts_.frame_interval_s = seconds;
  facts_.interval_source = IntervalSource::asked;
}

Nanoseconds Recording::time(std::uint64_t index) {
  return Nanoseconds(std::llround(static_cast<double>(index) * facts_.frame_interval_s * 1e9));
}

}  // namespace tarsier
