#include "config/rig_field_groups.hpp"

namespace tarsier {
namespace {

using enum FieldType;
using enum FieldClass;

Field pixels(const char* pattern, const char* help, double minimum) {
  return {.pattern = pattern,
          .type = integer,
          .change = segment,
          .help = help,
          .unit = "px",
          .required = true,
          .minimum = minimum,
          .maximum = 65535};
}

Field labels(const char* pattern, const char* help) {
  return {.pattern = pattern, .type = map, .change = segment, .help = help, .maximum = 64};
}

Field label(const char* pattern) {
  return {.pattern = pattern, .type = text, .change = segment, .help = "A label's value.", .maximum = 256};
}

}  // namespace

FieldTable region_fields() {
  const std::vector<std::string> name{"name"}, wells{"well_labels"};
  return {
      {.pattern = "/cameras/*/regions",
       .type = list,
       .change = segment,
       .help = "Regions of interest, in coordinates of the stored frame.",
       .fallback = Json::array(),
       .maximum = most_regions},
      {.pattern = "/cameras/*/regions/*",
       .change = segment,
       .help = "One region, or a plate of them.",
       .alternatives = {{"circle", name, wells},
                        {"rectangle", name, wells},
                        {"polygon", name, wells},
                        {"mask", name, wells},
                        {"plate", {}, name}}},
      {.pattern = "/cameras/*/regions/*/name",
       .type = text,
       .change = segment,
       .help = "Name of the region; a plate names its wells itself.",
       .minimum = 1,
       .maximum = 64},
      {.pattern = "/cameras/*/regions/*/circle", .change = segment, .help = "The pixels with dx^2 + dy^2 <= radius^2."},
      pixels("/cameras/*/regions/*/circle/x_px", "Column of the centre.", 0),
      pixels("/cameras/*/regions/*/circle/y_px", "Line of the centre.", 0),
      pixels("/cameras/*/regions/*/circle/radius_px", "Radius; 0 is one pixel.", 0),
      {.pattern = "/cameras/*/regions/*/rectangle", .change = segment, .help = "An upright rectangle."},
      pixels("/cameras/*/regions/*/rectangle/x_px", "Left column.", 0),
      pixels("/cameras/*/regions/*/rectangle/y_px", "Top line.", 0),
      pixels("/cameras/*/regions/*/rectangle/width_px", "Width.", 1),
      pixels("/cameras/*/regions/*/rectangle/height_px", "Height.", 1),
      {.pattern = "/cameras/*/regions/*/polygon",
       .type = list,
       .change = segment,
       .help = "Corners [x, y], even-odd; the pixels whose centres lie inside.",
       .minimum = 3,
       .maximum = 10000},
      {.pattern = "/cameras/*/regions/*/polygon/*", .type = tuple, .change = segment, .help = "A corner [x, y]."},
      {.pattern = "/cameras/*/regions/*/polygon/*/0",
       .type = number,
       .change = segment,
       .help = "Column.",
       .unit = "px",
       .minimum = 0,
       .maximum = 65535},
      {.pattern = "/cameras/*/regions/*/polygon/*/1",
       .type = number,
       .change = segment,
       .help = "Line.",
       .unit = "px",
       .minimum = 0,
       .maximum = 65535},
      {.pattern = "/cameras/*/regions/*/mask",
       .type = path,
       .change = local,
       .help = "8-bit gray PNG of the stored frame's size; pixels that are not 0 belong."},
      {.pattern = "/cameras/*/regions/*/plate",
       .change = segment,
       .help = "A grid of circles A1, A2, ..: rows have letters, columns numbers."},
      {.pattern = "/cameras/*/regions/*/plate/rows",
       .type = integer,
       .change = segment,
       .help = "Rows of wells.",
       .required = true,
       .minimum = 1,
       .maximum = 32},
      {.pattern = "/cameras/*/regions/*/plate/columns",
       .type = integer,
       .change = segment,
       .help = "Columns of wells.",
       .required = true,
       .minimum = 1,
       .maximum = 48},
      pixels("/cameras/*/regions/*/plate/first_x_px", "Column of the centre of A1.", 0),
      pixels("/cameras/*/regions/*/plate/first_y_px", "Line of the centre of A1.", 0),
      pixels("/cameras/*/regions/*/plate/last_x_px", "Column of the centre of the last well.", 0),
      pixels("/cameras/*/regions/*/plate/last_y_px", "Line of the centre of the last well.", 0),
      pixels("/cameras/*/regions/*/plate/radius_px", "Radius of every well.", 0),
      labels("/cameras/*/regions/*/labels", "Labels of the region, or of all wells; they go into every file."),
      label("/cameras/*/regions/*/labels/*"),
      {.pattern = "/cameras/*/regions/*/well_labels",
       .type = map,
       .change = segment,
       .help = "Labels of single wells, by well; they come before those of all wells.",
       .maximum = 1536},
      labels("/cameras/*/regions/*/well_labels/*", "Labels of one well."),
      label("/cameras/*/regions/*/well_labels/*/*"),
  };
}

}  // namespace tarsier
