#include "frame/region_mask.hpp"

#include <algorithm>
#include <cmath>

namespace tarsier {
namespace {

// Appends the pixels [first, end) of line y, cut to the image's width.
void append_clipped(std::vector<Span>& spans, ImageSize image, std::int64_t y, std::int64_t first, std::int64_t end) {
  first = std::max<std::int64_t>(first, 0);
  end = std::min<std::int64_t>(end, image.width_px);
  if (y < 0 || y >= image.height_px || first >= end) return;
  spans.push_back({static_cast<std::uint32_t>(y), static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)});
}

// The largest integer whose square is at most `value`.
std::int64_t integer_root(std::int64_t value) {
  auto root = static_cast<std::int64_t>(std::sqrt(static_cast<double>(value)));
  while (root * root > value) --root;
  while ((root + 1) * (root + 1) <= value) ++root;
  return root;
}

// Columns at which the edges of the polygon cross line y, in order.
std::vector<double> crossings(std::span<const Point> corners, double y) {
  std::vector<double> columns;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Point& a = corners[i];
    const Point& b = corners[(i + 1) % corners.size()];
    if ((a.y_px <= y) == (b.y_px <= y)) continue;
    columns.push_back(a.x_px + (y - a.y_px) * (b.x_px - a.x_px) / (b.y_px - a.y_px));
  }
  std::sort(columns.begin(), columns.end());
  return columns;
}

}  // namespace

std::vector<Span> circle_spans(ImageSize image, std::int64_t x_px, std::int64_t y_px, std::int64_t radius_px) {
  std::vector<Span> spans;
  for (std::int64_t dy = -radius_px; dy <= radius_px; ++dy) {
    const std::int64_t half = integer_root(radius_px * radius_px - dy * dy);
    append_clipped(spans, image, y_px + dy, x_px - half, x_px + half + 1);
  }
  return spans;
}

std::vector<Span> rectangle_spans(ImageSize image, std::int64_t x_px, std::int64_t y_px, std::int64_t width_px,
                                  std::int64_t height_px) {
  std::vector<Span> spans;
  for (std::int64_t y = y_px; y < y_px + height_px; ++y) append_clipped(spans, image, y, x_px, x_px + width_px);
  return spans;
}

std::vector<Span> polygon_spans(ImageSize image, std::span<const Point> corners) {
  std::vector<Span> spans;
  for (std::uint32_t y = 0; y < image.height_px; ++y) {
    const auto columns = crossings(corners, y);
    std::int64_t covered = 0;  // pixels before this column are already in a span of this line
    for (std::size_t i = 0; i + 1 < columns.size(); i += 2) {
      const auto first = std::max(covered, static_cast<std::int64_t>(std::ceil(columns[i])));
      const auto end = static_cast<std::int64_t>(std::ceil(columns[i + 1]));
      if (first >= end) continue;
      const bool touches = !spans.empty() && spans.back().y_px == y && spans.back().end_x_px == first;
      if (touches) {
        spans.back().end_x_px = static_cast<std::uint32_t>(std::min<std::int64_t>(end, image.width_px));
      } else {
        append_clipped(spans, image, y, first, end);
      }
      covered = end;
    }
  }
  return spans;
}

std::vector<Span> mask_spans(ImageSize image, std::span<const std::uint8_t> mask) {
  std::vector<Span> spans;
  for (std::uint32_t y = 0; y < image.height_px; ++y) {
    const auto line = mask.subspan(std::size_t{y} * image.width_px, image.width_px);
    for (std::uint32_t x = 0; x < image.width_px; ++x) {
      if (line[x] == 0) continue;
      const std::uint32_t first = x;
      while (x < image.width_px && line[x] != 0) ++x;
      spans.push_back({y, first, x});
    }
  }
  return spans;
}

std::uint64_t count_pixels(std::span<const Span> spans) {
  std::uint64_t pixels = 0;
  for (const Span& span : spans) pixels += span.end_x_px - span.first_x_px;
  return pixels;
}

void draw_mask(std::span<const Span> spans, ImageSize image, std::span<std::uint8_t> mask) {
  std::fill(mask.begin(), mask.end(), std::uint8_t{0});
  for (const Span& span : spans) {
    const auto line = mask.subspan(std::size_t{span.y_px} * image.width_px, image.width_px);
    std::fill(line.begin() + span.first_x_px, line.begin() + span.end_x_px, std::uint8_t{255});
  }
}

}  // namespace tarsier
