#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "config/parse.hpp"
#include "config/structure.hpp"

namespace tarsier {
namespace {

// The box about a shape: first and end columns and lines.
struct Box {
  double first_x = 0, first_y = 0, end_x = 0, end_y = 0;
};

std::string size_text(ImageSize size) { return fmt::format("{}x{}", size.width_px, size.height_px); }

// "12 px beyond the left and 3 px beyond the top edge of the 640x480 stored frame"; empty when the box lies inside.
std::string overhang(const Box& box, ImageSize frame, std::string_view what) {
  const std::pair<double, const char*> edges[] = {{-box.first_x, "left"},
                                                  {-box.first_y, "top"},
                                                  {box.end_x - frame.width_px, "right"},
                                                  {box.end_y - frame.height_px, "bottom"}};
  std::string text;
  for (const auto& [beyond, edge] : edges) {
    if (beyond > 0) text += fmt::format("{}{:.6g} px beyond the {}", text.empty() ? "" : " and ", beyond, edge);
  }
  return text.empty() ? text : text + " edge of the " + size_text(frame) + " " + std::string(what);
}

struct BoxOf {
  ImageSize frame;

  Box operator()(const CircleConfig& circle) const {
    const auto box_edge = [](std::int64_t value) { return static_cast<double>(value); };
    return {box_edge(circle.x_px - circle.radius_px), box_edge(circle.y_px - circle.radius_px),
            box_edge(circle.x_px + circle.radius_px + 1), box_edge(circle.y_px + circle.radius_px + 1)};
  }
  Box operator()(const RectangleConfig& rectangle) const {
    return {static_cast<double>(rectangle.x_px), static_cast<double>(rectangle.y_px),
            static_cast<double>(rectangle.x_px + rectangle.width_px),
            static_cast<double>(rectangle.y_px + rectangle.height_px)};
  }
  Box operator()(const PolygonConfig& polygon) const {
    Box box{1e300, 1e300, -1e300, -1e300};
    for (const auto& [x, y] : polygon.corners) {
      box = {std::min(box.first_x, x), std::min(box.first_y, y), std::max(box.end_x, x), std::max(box.end_y, y)};
    }
    return box;
  }
  // A mask has the frame's size or is refused when it is read.
  Box operator()(const MaskConfig&) const { return {0, 0, double(frame.width_px), double(frame.height_px)}; }
};

std::vector<Point> points_of(const PolygonConfig& polygon) {
  std::vector<Point> points;
  for (const auto& [x, y] : polygon.corners) points.push_back({x, y});
  return points;
}

const char* shape_name(const RegionConfig& region) {
  constexpr const char* names[] = {"circle", "rectangle", "polygon", "mask"};
  return names[region.shape.index()];
}

std::string region_pointer(std::size_t camera, const RegionConfig& region) {
  return fmt::format("/cameras/{}/regions/{}", camera, region.document_index);
}

void check_region(const RegionConfig& region, std::size_t camera, ImageSize stored, RigProblems& problems) {
  const std::string beyond = overhang(std::visit(BoxOf{stored}, region.shape), stored, "stored frame");
  const std::string subject = fmt::format("the {} \"{}\"", shape_name(region), region.name);
  if (!beyond.empty()) {
    problems.push_back(
        {region_pointer(camera, region), subject + " reaches " + beyond + "; move it or make it smaller"});
    return;
  }
  const auto* polygon = std::get_if<PolygonConfig>(&region.shape);
  if (polygon == nullptr || !polygon_spans(stored, points_of(*polygon)).empty()) return;
  problems.push_back({region_pointer(camera, region), subject + " holds no pixel's centre; make it larger"});
}

bool check_crop(const ConvertConfig& convert, const std::string& pointer, ImageSize source, RigProblems& problems) {
  if (!convert.crop) return true;
  const CropConfig& crop = *convert.crop;
  const Box box{double(crop.x_px), double(crop.y_px), double(crop.x_px) + crop.width_px,
                double(crop.y_px) + crop.height_px};
  const std::string beyond = overhang(box, source, "source");
  if (beyond.empty()) return true;
  problems.push_back({pointer + "/crop", fmt::format("the crop [{}, {}, {}, {}] reaches {}; make it smaller", crop.x_px,
                                                     crop.y_px, crop.width_px, crop.height_px, beyond)});
  return false;
}

ImageSize cropped_size(const ConvertConfig& convert, ImageSize source) {
  return convert.crop ? ImageSize{convert.crop->width_px, convert.crop->height_px} : source;
}

struct SpansOf {
  ImageSize stored;
  MaskReader read_mask;

  Result<std::vector<Span>> operator()(const CircleConfig& circle) const {
    return circle_spans(stored, circle.x_px, circle.y_px, circle.radius_px);
  }
  Result<std::vector<Span>> operator()(const RectangleConfig& rectangle) const {
    return rectangle_spans(stored, rectangle.x_px, rectangle.y_px, rectangle.width_px, rectangle.height_px);
  }
  Result<std::vector<Span>> operator()(const PolygonConfig& polygon) const {
    return polygon_spans(stored, points_of(polygon));
  }
  Result<std::vector<Span>> operator()(const MaskConfig& mask) const {
    const auto pixels = read_mask(mask.file, stored);
    if (!pixels) return unexpected(pixels.error());
    if (pixels->size() == stored.pixels()) return mask_spans(stored, *pixels);
    return misuse(fmt::format("{}: the mask has {} pixels; the stored frame has {}, {}", mask.file.string(),
                              pixels->size(), stored.pixels(), size_text(stored)));
  }
};

Result<RegionMask> region_mask(const RegionConfig& region, ImageSize stored, MaskReader read_mask) {
  auto spans = std::visit(SpansOf{stored, read_mask}, region.shape);
  if (!spans) return unexpected(std::move(spans.error()));
  const std::uint64_t pixels = count_pixels(*spans);
  if (pixels == 0) return misuse("holds no pixel of the " + size_text(stored) + " stored frame; make it larger");
  return RegionMask{region.name, region.labels, std::move(*spans), pixels};
}

}  // namespace

ImageSize stored_size(const ConvertConfig& convert, ImageSize source) {
  ImageSize size = cropped_size(convert, source);
  if (convert.bayer == BayerMethod::superpixel) size = {size.width_px / 2, size.height_px / 2};
  size = {size.width_px / convert.bin, size.height_px / convert.bin};
  if (convert.rotate_deg % 180 != 0) std::swap(size.width_px, size.height_px);
  return size;
}

RigProblems check_geometry(const CameraConfig& camera, std::size_t camera_index, ImageSize source) {
  RigProblems problems;
  const std::string pointer = fmt::format("/cameras/{}/convert", camera_index);
  if (!check_crop(camera.convert, pointer, source, problems)) return problems;
  const ImageSize stored = stored_size(camera.convert, source);
  if (stored.pixels() == 0) {
    const std::string before = size_text(cropped_size(camera.convert, source));
    return {{pointer + "/bin",
             fmt::format("{} leaves nothing of {} pixels; use a smaller bin", camera.convert.bin, before)}};
  }
  for (const RegionConfig& region : camera.regions) check_region(region, camera_index, stored, problems);
  return problems;
}

Result<std::vector<RegionMask>> region_masks(const CameraConfig& camera, ImageSize stored, MaskReader read_mask) {
  std::vector<RegionMask> masks;
  for (const RegionConfig& region : camera.regions) {
    auto mask = region_mask(region, stored, read_mask);
    if (!mask)
      return unexpected(
          std::move(mask.error()).within(fmt::format("camera {}: region \"{}\"", camera.name, region.name)));
    masks.push_back(std::move(*mask));
  }
  return masks;
}

}  // namespace tarsier
