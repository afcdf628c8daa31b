#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "report/page_sections.hpp"
#include "report/text_encoding.hpp"

namespace tarsier {
namespace {

struct Place {
  double x = 0;
  double y = 0;
};

// Where a region's name stands: in its middle, or, when one stands there already, at its top. `line` is the height of a
// line of text.
Place place_of(const Outline& outline, const std::vector<Place>& taken, double line) {
  const Place middle{outline.label_x, outline.label_y};
  const bool free = std::none_of(taken.begin(), taken.end(), [&](const Place& other) {
    return std::abs(other.x - middle.x) < 3 * line && std::abs(other.y - middle.y) < line;
  });
  return free ? middle : Place{outline.top_x, outline.top_y + line};
}

// Lines and letters of the drawing, in pixels of the recording, so that they look alike at any size of it.
std::string outlines(const CameraReport& camera) {
  const auto& pictures = camera.pictures;
  const double unit = pictures.width_px / 560.0;
  std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" style=\"--px:{:.3f}\" aria-hidden=\"true\">",
                                pictures.width_px, pictures.height_px, unit);
  std::string names;
  std::vector<Place> taken;
  const bool fits = camera.facts.width_px == pictures.width_px && camera.facts.height_px == pictures.height_px;
  // From the last to the first, because regions within others usually follow them.
  for (auto region = camera.regions.rbegin(); fits && region != camera.regions.rend(); ++region) {
    if (region->outline.path.empty()) continue;
    const auto name = html_text(region->facts.name);
    const auto place = place_of(region->outline, taken, 14 * unit);
    taken.push_back(place);
    svg += fmt::format("<path d=\"{}\"><title>{}</title></path>", region->outline.path, name);
    names += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", place.x, place.y, name);
  }
  return svg + names + "</svg>";
}

std::string levels(const ShownPicture& picture, bool deep) {
  if (!deep) return "Brightness as stored, 0 black and 255 white.";
  return fmt::format("Shown on 8 bits: {:.6g} is black, {:.6g} is white.", picture.black, picture.white);
}

std::string figure(const CameraReport& camera, const ShownPicture& picture, std::string_view kind,
                   std::string_view caption) {
  return fmt::format(
      "<figure><div class=\"picture\" data-kind=\"{0}\" style=\"aspect-ratio:{6}/{7}\"><img width=\"{6}\" "
      "height=\"{7}\" "
      "alt=\"{1}\" src=\"data:image/png;base64,{2}\">{3}</div><figcaption><b>{1}</b> <span class=\"when\">of the whole "
      "recording</span>. {4}{5}</figcaption></figure>\n",
      kind, caption, base64(picture.png), outlines(camera), levels(picture, camera.facts.largest_value > 255),
      camera.pictures.factor > 1 ? fmt::format(" Reduced to 1/{}.", camera.pictures.factor) : "", picture.width,
      picture.height);
}

}  // namespace

std::string picture_figures(const CameraReport& camera, std::size_t index) {
  const auto& pictures = camera.pictures;
  std::string html =
      fmt::format("<h3>What the camera saw</h3>\n<p class=\"quiet\">{}</p>\n", html_text(pictures.source));
  if (!pictures.intervals.empty())
    html += fmt::format(
        "<div class=\"controls scripted\"><label>Interval <input type=\"range\" class=\"interval\" min=\"0\" "
        "max=\"{}\" "
        "value=\"0\" data-camera=\"{}\"></label> <output>whole recording</output></div>\n",
        pictures.intervals.size(), index);
  html += "<div class=\"pictures\">\n";
  if (pictures.mean) html += figure(camera, *pictures.mean, "mean", "Mean");
  if (pictures.maximum) html += figure(camera, *pictures.maximum, "maximum", "Brightest value");
  return html + "</div>\n";
}

}  // namespace tarsier
