#include "config/rig_field_groups.hpp"

namespace tarsier {
namespace {

using enum FieldType;
using enum FieldClass;

}  // namespace

FieldTable correct_fields() {
  return {
      {.pattern = "/cameras/*/correct",
       .help = "Background and flat field: v = (I - a S) / (b D + 1 - b) + offset, rounded, within the pixel's range.",
       .fallback = Json::object()},
      {.pattern = "/cameras/*/correct/subtract", .help = "The image S that is subtracted."},
      {.pattern = "/cameras/*/correct/subtract/kind",
       .type = text,
       .help = "Where it comes from: a dark_file, the run's first frames, a later range of frames, or the frames just "
               "before each one.",
       .required = true,
       .choices = {"dark_file", "mean_of_first", "range", "sliding_mean"}},
      {.pattern = "/cameras/*/correct/subtract/path",
       .type = path,
       .change = local,
       .help = "Of dark_file: what tarsier calibrate recorded, or a gray image of the stored frame's size."},
      {.pattern = "/cameras/*/correct/subtract/amount",
       .type = number,
       .help = "Factor a of the image.",
       .fallback = 1.0,
       .minimum = 0,
       .maximum = 1},
      {.pattern = "/cameras/*/correct/subtract/first",
       .type = integer,
       .help = "Of range: frames of the run that are taken before it; 0 without this key.",
       .unit = "frames",
       .minimum = 0,
       .maximum = 4294967295.0},
      {.pattern = "/cameras/*/correct/subtract/frames",
       .type = integer,
       .help = "Of mean_of_first and range: how many frames, 100 without this key; those up to then are "
               "not corrected.",
       .unit = "frames",
       .minimum = 1,
       .maximum = 65536},
      {.pattern = "/cameras/*/correct/subtract/window",
       .type = integer,
       .help = "Of sliding_mean: how many frames, 32 without this key; each is kept in memory.",
       .unit = "frames",
       .minimum = 1,
       .maximum = 256},
      {.pattern = "/cameras/*/correct/subtract/lag",
       .type = integer,
       .help =
           "Of sliding_mean: frames between the last of them and the one that is corrected; each is kept in memory.",
       .unit = "frames",
       .minimum = 0,
       .maximum = 256},
      {.pattern = "/cameras/*/correct/divide",
       .help = "The flat field D; with a dark_file, of the flat minus the dark."},
      {.pattern = "/cameras/*/correct/divide/kind",
       .type = text,
       .help = "Where it comes from.",
       .required = true,
       .choices = {"flat_file"}},
      {.pattern = "/cameras/*/correct/divide/path",
       .type = path,
       .change = local,
       .help = "What tarsier calibrate recorded, or a gray image of the stored frame's size.",
       .required = true},
      {.pattern = "/cameras/*/correct/divide/amount",
       .type = number,
       .help = "Share b of the correction.",
       .fallback = 1.0,
       .minimum = 0,
       .maximum = 1},
      {.pattern = "/cameras/*/correct/offset",
       .type = integer,
       .help = "Added at the end, so that what is darker than its background is not cut off.",
       .unit = "levels",
       .fallback = 0,
       .minimum = -65535,
       .maximum = 65535},
  };
}

FieldTable projection_fields() {
  return {
      {.pattern = "/cameras/*/reduce/projection", .help = "Images of the frames of each interval, pixel by pixel."},
      {.pattern = "/cameras/*/reduce/projection/interval_s",
       .type = number,
       .change = segment,
       .help = "Length of an interval; at most 65536 frames go into one image.",
       .unit = "s",
       .fallback = 600,
       .minimum = 0.1,
       .maximum = 604800},
      {.pattern = "/cameras/*/reduce/projection/kinds",
       .type = list,
       .help =
           "Which images; the median is that of up to 31 frames, evenly spaced, and each of them is kept in memory.",
       .required = true,
       .minimum = 1,
       .maximum = 5},
      {.pattern = "/cameras/*/reduce/projection/kinds/*",
       .type = text,
       .help = "One of them.",
       .choices = {"mean", "max", "min", "std", "median"}},
  };
}

}  // namespace tarsier
