#include "report/outline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

namespace tarsier {
namespace {

// The corners of a slanting line's steps lie up to 0.71 pixels from it.
constexpr double tolerance_px = 1.0;
constexpr std::size_t few_corners = 16;

struct Point {
  std::int32_t x = 0;
  std::int32_t y = 0;
  bool operator==(const Point&) const = default;
};

// Right, down, left, up: with the region at the right hand.
enum Direction : std::uint8_t { right, down, left, up };

class Tracer {
 public:
  Tracer(std::span<const std::uint8_t> mask, std::uint32_t width, std::uint32_t height)
      : mask_(mask),
        width_(static_cast<std::int32_t>(width)),
        height_(static_cast<std::int32_t>(height)),
        visited_(mask.size(), false) {}

  // Each loop has an edge along the top of some pixel whose upper neighbour is outside.
  [[nodiscard]] std::vector<std::vector<Point>> loops() {
    std::vector<std::vector<Point>> found;
    for (std::int32_t y = 0; y < height_; ++y)
      for (std::int32_t x = 0; x < width_; ++x)
        if (inside(x, y) && !inside(x, y - 1) && !visited_[at(x, y)]) found.push_back(follow({x, y}));
    return found;
  }

 private:
  [[nodiscard]] std::size_t at(std::int32_t x, std::int32_t y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
  }
  [[nodiscard]] bool inside(std::int32_t x, std::int32_t y) const {
    return x >= 0 && y >= 0 && x < width_ && y < height_ && mask_[at(x, y)] != 0;
  }

  // Where to go from a corner that was reached in a direction: the sharpest turn to the right that keeps the region
  // there, so that pixels that touch at a corner stay apart.
  [[nodiscard]] Direction turn(Point corner, Direction direction) const {
    // The two pixels ahead of the corner: at the right and at the left hand.
    constexpr Point ahead_right[] = {{0, 0}, {-1, 0}, {-1, -1}, {0, -1}};
    constexpr Point ahead_left[] = {{0, -1}, {0, 0}, {-1, 0}, {-1, -1}};
    const bool on_right = inside(corner.x + ahead_right[direction].x, corner.y + ahead_right[direction].y);
    const bool on_left = inside(corner.x + ahead_left[direction].x, corner.y + ahead_left[direction].y);
    if (!on_right) return static_cast<Direction>((direction + 1) % 4);
    return on_left ? static_cast<Direction>((direction + 3) % 4) : direction;
  }

  // The corners of one loop, the first once more at the end.
  [[nodiscard]] std::vector<Point> follow(Point start) {
    constexpr Point steps[] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    std::vector<Point> corners{start};
    Point point = start;
    Direction direction = right;
    do {
      if (direction == right) visited_[at(point.x, point.y)] = true;
      point = {point.x + steps[direction].x, point.y + steps[direction].y};
      const auto next = turn(point, direction);
      if (next != direction) corners.push_back(point);
      direction = next;
    } while (!(point == start && direction == right));
    if (corners.back() != start || corners.size() == 1) corners.push_back(start);
    return corners;
  }

  std::span<const std::uint8_t> mask_;
  std::int32_t width_;
  std::int32_t height_;
  std::vector<bool> visited_;  // top edges of pixels
};

double distance(Point point, Point from, Point to) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double length = std::hypot(dx, dy);
  if (length == 0) return std::hypot(point.x - from.x, point.y - from.y);
  return std::abs(dy * (point.x - from.x) - dx * (point.y - from.y)) / length;
}

// Douglas and Peucker 1973, with a stack instead of recursion: which of the points have to stay.
std::vector<Point> simplified(const std::vector<Point>& points) {
  if (points.size() <= few_corners) return points;
  std::vector<bool> kept(points.size(), false);
  kept.front() = kept[points.size() / 2] = kept.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, points.size() / 2}, {points.size() / 2, points.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    std::size_t farthest = first;
    double most = tolerance_px;
    for (std::size_t i = first + 1; i < last; ++i)
      if (const double off = distance(points[i], points[first], points[last]); off > most) {
        most = off;
        farthest = i;
      }
    if (farthest == first) continue;
    kept[farthest] = true;
    open.insert(open.end(), {{first, farthest}, {farthest, last}});
  }
  std::vector<Point> result;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (kept[i]) result.push_back(points[i]);
  return result;
}

// Where a name may stand: in the middle, and at the top.
void place_labels(std::span<const std::uint8_t> mask, std::uint32_t width, Outline& outline) {
  double count = 0;
  double top_count = 0;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] == 0) continue;
    const double x = static_cast<double>(i % width) + 0.5;
    const auto y = static_cast<double>(i / width);
    if (count == 0) outline.top_y = y;
    if (y == outline.top_y) outline.top_x += (x - outline.top_x) / ++top_count;
    count += 1;
    outline.label_x += x;
    outline.label_y += y + 0.5;
  }
  outline.label_x /= std::max(count, 1.0);
  outline.label_y /= std::max(count, 1.0);
}

}  // namespace

Outline trace_outline(std::span<const std::uint8_t> mask, std::uint32_t width, std::uint32_t height) {
  Outline outline;
  const auto out = std::back_inserter(outline.path);
  for (const auto& loop : Tracer(mask, width, height).loops()) {
    const auto points = simplified(loop);
    char command = 'M';
    // The last point is the first one again.
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
      fmt::format_to(out, "{}{} {}", std::exchange(command, 'L'), points[i].x, points[i].y);
    outline.path += 'Z';
  }
  place_labels(mask, width, outline);
  return outline;
}

}  // namespace tarsier
