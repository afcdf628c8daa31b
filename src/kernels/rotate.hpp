// Placing lines of an image into the image turned clockwise. Pure; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "frame/frame_view.hpp"

namespace tarsier {

// Lines that are gathered before they are placed sideways, so that what is written lies together.
inline constexpr std::uint32_t rotate_band_lines = 32;

// Turns `line`, line y of an image that is `height_px` high, by 180 degrees into `out`, which holds the whole image.
void place_upside_down(std::span<const std::uint8_t> line, std::uint32_t y, std::uint32_t height_px,
                       std::span<std::uint8_t> out);
void place_upside_down(std::span<const std::uint16_t> line, std::uint32_t y, std::uint32_t height_px,
                       std::span<std::uint16_t> out);

// Turns `band`, whole lines of an image of `size` from line first_y on, by 90 degrees clockwise (or by 270) into
// `out`, whose lines are size.height_px long.
void place_sideways(std::span<const std::uint8_t> band, std::uint32_t first_y, ImageSize size, bool clockwise,
                    std::span<std::uint8_t> out);
void place_sideways(std::span<const std::uint16_t> band, std::uint32_t first_y, ImageSize size, bool clockwise,
                    std::span<std::uint16_t> out);

}  // namespace tarsier
