#include "config/plate.hpp"

#include <fmt/format.h>

namespace tarsier {
namespace {

// Centre `index` of `count` evenly from first to last: round(first + index * (last - first) / (count - 1)), in
// integers.
std::int64_t centre(std::int64_t first, std::int64_t last, std::uint32_t index, std::uint32_t count) {
  if (count == 1) return first;
  const std::int64_t way = (last - first) * index;
  const std::int64_t steps = std::int64_t{count} - 1;
  const std::int64_t half = way < 0 ? -steps : steps;
  return first + (2 * way + half) / (2 * steps);
}

}  // namespace

Plate plate_from(const Json& normal) {
  const auto pixels = [&](const char* key) { return normal[key].get<std::int64_t>(); };
  return {.rows = normal["rows"].get<std::uint32_t>(),
          .columns = normal["columns"].get<std::uint32_t>(),
          .first_x_px = pixels("first_x_px"),
          .first_y_px = pixels("first_y_px"),
          .last_x_px = pixels("last_x_px"),
          .last_y_px = pixels("last_y_px"),
          .radius_px = pixels("radius_px")};
}

std::vector<Well> wells_of(const Plate& plate) {
  std::vector<Well> wells;
  for (std::uint32_t row = 0; row < plate.rows; ++row) {
    const std::int64_t y_px = centre(plate.first_y_px, plate.last_y_px, row, plate.rows);
    for (std::uint32_t column = 0; column < plate.columns; ++column) {
      const std::int64_t x_px = centre(plate.first_x_px, plate.last_x_px, column, plate.columns);
      wells.push_back({fmt::format("{}{}", row_letters(row), column + 1), {x_px, y_px, plate.radius_px}});
    }
  }
  return wells;
}

std::string row_letters(std::uint32_t row) {
  std::string letters(1, static_cast<char>('A' + row % 26));
  return row < 26 ? letters : row_letters(row / 26 - 1) + letters;
}

}  // namespace tarsier
