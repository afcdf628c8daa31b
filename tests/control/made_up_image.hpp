// Images of known pixels.
#pragma once

#include <cstring>
#include <memory>
#include <vector>

#include "control/device_api.hpp"

namespace tarsier {

template <typename Pixel>
FrameCopy made_up_image(SampleType type, std::uint32_t width, std::uint32_t height, const std::vector<Pixel>& pixels) {
  auto owned = std::make_shared<std::vector<Pixel>>(pixels);
  FrameCopy frame;
  frame.type = type;
  frame.width_px = width;
  frame.height_px = height;
  frame.frame_id = 42;
  frame.utc_ns = 7;
  frame.pixels = std::as_bytes(std::span(*owned));
  frame.owner = owned;
  return frame;
}

}  // namespace tarsier
