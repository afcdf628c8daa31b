// Placing lines of an image into the image turned and mirrored. Pure; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "frame/frame_view.hpp"

namespace tarsier {

// Any rotation by quarters, followed by any flip: lines become columns or stay lines, then left and right, and top and
// bottom are swapped.
struct Turn {
  bool transposed = false;
  bool swaps_columns = false;
  bool swaps_lines = false;
};
// rotate_deg is 0, 90, 180 or 270, clockwise; the flip comes after it.
[[nodiscard]] Turn turn_of(std::uint32_t rotate_deg, Flip flip);

// Lines that are gathered before they are transposed, so that what is written lies together.
inline constexpr std::uint32_t turn_band_lines = 64;

// Writes `line`, line y of an image of `size`, to its place in `out`, which holds the whole turned image. The turn is
// not transposed.
void place_line(std::span<const std::uint8_t> line, std::uint32_t y, ImageSize size, Turn turn,
                std::span<std::uint8_t> out);
void place_line(std::span<const std::uint16_t> line, std::uint32_t y, ImageSize size, Turn turn,
                std::span<std::uint16_t> out);

// Writes `band`, whole lines of an image of `size` from line first_y on, to their places in `out`, whose lines are
// size.height_px long. The turn is transposed.
void place_band(std::span<const std::uint8_t> band, std::uint32_t first_y, ImageSize size, Turn turn,
                std::span<std::uint8_t> out);
void place_band(std::span<const std::uint16_t> band, std::uint32_t first_y, ImageSize size, Turn turn,
                std::span<std::uint16_t> out);

}  // namespace tarsier
