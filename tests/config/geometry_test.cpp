#include "CppUTest/TestHarness.h"
#include "rigs.hpp"

using namespace tarsier;

namespace {

constexpr ImageSize vga{640, 480};

std::vector<std::string> geometry_of(std::string_view patch, ImageSize source = vga) {
  std::vector<std::string> lines;
  for (const RigProblem& problem : check_geometry(camera_of(patch), 0, source)) {
    lines.push_back(problem.pointer + ": " + problem.message);
  }
  return lines;
}

Result<std::vector<std::uint8_t>> read_half_mask(const std::filesystem::path& file, ImageSize size) {
  if (file == "/missing.png") return failure("/missing.png: No such file or directory");
  std::vector<std::uint8_t> pixels(file == "/small.png" ? 10 : size.pixels());
  if (file == "/half.png")
    std::fill(pixels.begin(), pixels.begin() + static_cast<std::ptrdiff_t>(pixels.size() / 2), std::uint8_t{7});
  return pixels;
}

std::string mask_error(std::string_view patch) {
  const auto masks = region_masks(camera_of(patch), vga, read_half_mask);
  return masks ? "" : masks.error().message;
}

}  // namespace

TEST_GROUP(Geometry){};

TEST(Geometry, the_stored_size_follows_crop_then_superpixel_then_bin_then_rotation) {
  CHECK(stored_size({}, vga) == vga);
  CHECK(stored_size({.crop = CropConfig{10, 20, 301, 203}, .bin = 2, .rotate_deg = 90}, vga) == (ImageSize{101, 150}));
  CHECK(stored_size({.crop = std::nullopt, .bin = 4, .rotate_deg = 180}, vga) == (ImageSize{160, 120}));
  CHECK(stored_size({.crop = CropConfig{0, 0, 303, 201}, .bin = 2, .bayer = BayerMethod::superpixel}, vga) ==
        (ImageSize{75, 50}));
}

TEST(Geometry, a_crop_beyond_the_source_is_refused_with_by_how_much) {
  check_lines(
      {"/cameras/0/convert/crop: the crop [600, 0, 100, 481] reaches 60 px beyond the right and 1 px beyond the "
       "bottom edge of the 640x480 source; make it smaller"},
      geometry_of(R"({"convert": {"crop": [600, 0, 100, 481]}})"));
  CHECK(geometry_of(R"({"convert": {"crop": [540, 0, 100, 480]}})").empty());
}

TEST(Geometry, a_bin_that_leaves_nothing_is_refused) {
  check_lines({"/cameras/0/convert/bin: 4 leaves nothing of 640x3 pixels; use a smaller bin"},
              geometry_of(R"({"convert": {"crop": [0, 0, 640, 3], "bin": 4}})"));
}

TEST(Geometry, a_circle_that_touches_the_edges_fits_and_one_pixel_more_does_not) {
  CHECK(
      geometry_of(R"({"regions": [{"name": "c", "circle": {"x_px": 239, "y_px": 239, "radius_px": 239}}]})", {479, 479})
          .empty());
  check_lines(
      {"/cameras/0/regions/0: the circle \"c\" reaches 1 px beyond the left and 1 px beyond the top and 1 px beyond "
       "the right and 1 px beyond the bottom edge of the 479x479 stored frame; move it or make it smaller"},
      geometry_of(R"({"regions": [{"name": "c", "circle": {"x_px": 239, "y_px": 239, "radius_px": 240}}]})",
                  {479, 479}));
}

TEST(Geometry, a_rectangle_or_polygon_beyond_the_frame_is_refused) {
  check_lines(
      {"/cameras/0/regions/0: the rectangle \"r\" reaches 10 px beyond the right edge of the 640x480 stored frame; "
       "move it or make it smaller",
       "/cameras/0/regions/1: the polygon \"p\" reaches 0.5 px beyond the bottom edge of the 640x480 stored frame; "
       "move it or make it smaller"},
      geometry_of(R"({"regions": [{"name": "r", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 650, "height_px": 480}},
                {"name": "p", "polygon": [[0, 0], [640, 0], [640, 480.5]]}]})"));
  CHECK(geometry_of(R"({"regions": [{"name": "p", "polygon": [[0, 0], [640, 0], [640, 480], [0, 480]]}]})").empty());
}

TEST(Geometry, regions_are_in_coordinates_of_the_stored_frame) {
  check_lines(
      {"/cameras/0/regions/0: the rectangle \"r\" reaches 1 px beyond the right edge of the 240x320 stored frame; "
       "move it or make it smaller"},
      geometry_of(R"({"convert": {"bin": 2, "rotate_deg": 90},
                "regions": [{"name": "r", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 241, "height_px": 320}}]})"));
}

TEST(Geometry, a_well_is_named_at_its_plate) {
  check_lines(
      {"/cameras/0/regions/1: the circle \"A2\" reaches 10 px beyond the right edge of the 640x480 stored frame; "
       "move it or make it smaller"},
      geometry_of(R"({"regions": [{"name": "m", "mask": "/m.png"}, {"plate": {"rows": 1, "columns": 2,
                "first_x_px": 99, "first_y_px": 99, "last_x_px": 599, "last_y_px": 99, "radius_px": 50}}]})"));
}

TEST(Geometry, a_polygon_without_a_pixel_is_refused) {
  check_lines({"/cameras/0/regions/0: the polygon \"p\" holds no pixel's centre; make it larger"},
              geometry_of(R"({"regions": [{"name": "p", "polygon": [[1.2, 1.2], [1.4, 1.2], [1.4, 1.4]]}]})"));
}

TEST(Geometry, masks_hold_the_pixels_of_every_shape_with_name_and_labels) {
  const auto masks = region_masks(camera_of(R"({"regions": [
    {"name": "c", "circle": {"x_px": 50, "y_px": 50, "radius_px": 1}, "labels": {"a": "b"}},
    {"name": "r", "rectangle": {"x_px": 1, "y_px": 2, "width_px": 3, "height_px": 4}},
    {"name": "p", "polygon": [[2, 3], [7, 3], [7, 9], [2, 9]]}, {"name": "m", "mask": "/half.png"}]})"),
                                  vga, read_half_mask);
  CHECK(masks.has_value());
  CHECK_EQUAL(5, masks->at(0).pixels);
  CHECK_EQUAL(12, masks->at(1).pixels);
  CHECK_EQUAL(30, masks->at(2).pixels);
  CHECK_EQUAL(640 * 240, masks->at(3).pixels);
  STRCMP_EQUAL("b", masks->at(0).labels.at(0).second.c_str());
}

TEST(Geometry, a_mask_that_is_missing_or_empty_or_of_another_size_is_refused) {
  STRCMP_EQUAL("camera a: region \"m\": /missing.png: No such file or directory",
               mask_error(R"({"regions": [{"name": "m", "mask": "/missing.png"}]})").c_str());
  STRCMP_EQUAL("camera a: region \"m\": holds no pixel of the 640x480 stored frame; make it larger",
               mask_error(R"({"regions": [{"name": "m", "mask": "/empty.png"}]})").c_str());
  STRCMP_CONTAINS("/small.png: the mask has 10 pixels; the stored frame has 307200, 640x480",
                  mask_error(R"({"regions": [{"name": "m", "mask": "/small.png"}]})").c_str());
}
