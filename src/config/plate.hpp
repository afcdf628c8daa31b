// The plate shorthand: a grid of circles with the names of its wells. Pure; any thread; allocates.
#pragma once

#include <string>
#include <vector>

#include "config/rig.hpp"

namespace tarsier {

// The object "plate" of a region, checked: centres of the first and the last well, and the radius of all.
struct Plate {
  std::uint32_t rows = 1, columns = 1;
  std::int64_t first_x_px = 0, first_y_px = 0, last_x_px = 0, last_y_px = 0, radius_px = 0;
};

[[nodiscard]] Plate plate_from(const Json& normal);

struct Well {
  std::string name;  // "A1", "AF48"
  CircleConfig circle;
};

// Row by row. Centres lie evenly between the first and the last, rounded to the nearest pixel, halves away from zero.
[[nodiscard]] std::vector<Well> wells_of(const Plate& plate);

// 0 is "A", 25 "Z", 26 "AA".
[[nodiscard]] std::string row_letters(std::uint32_t row);

}  // namespace tarsier
