// Gray frames of one value, for tests of what happens to a frame rather than to its pixels.
#pragma once

#include <optional>
#include <vector>

#include "frame/intake.hpp"

namespace tarsier {

class TestFrame {
 public:
  TestFrame(ImageSize size, std::uint8_t value, Nanoseconds sensor, std::optional<std::uint64_t> sequence = {})
      : pixels_(size.pixels(), static_cast<std::byte>(value)) {
    frame_.view = {PixelFormat::gray8, size.width_px, size.height_px, {}};
    frame_.view.planes[0] = {pixels_.data(), static_cast<std::ptrdiff_t>(size.width_px)};
    frame_.sensor = frame_.arrival = sensor;
    frame_.sequence = sequence;
  }
  // A loan for this object's life.
  [[nodiscard]] const SourceFrame& source() const { return frame_; }

 private:
  std::vector<std::byte> pixels_;
  SourceFrame frame_;
};

}  // namespace tarsier
