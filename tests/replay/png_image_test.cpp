#include "replay/png_image.hpp"

#include <CppUTest/TestHarness.h>
#include <png.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <set>

#include "base/unique_fd.hpp"
#include "config/parse.hpp"
#include "replay/image_sequence.hpp"
#include "replay/png_file.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

struct PngShape {
  ImageSize size;
  int bits = 8;
  int colour = PNG_COLOR_TYPE_GRAY;
  int interlace = PNG_INTERLACE_NONE;
};

// `lines` holds the packed lines of the image.
void write_png(const std::filesystem::path& path, const PngShape& shape, std::vector<std::uint8_t> lines) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  std::FILE* file = std::fopen(path.c_str(), "wb");
  png_init_io(png, file);
  png_set_IHDR(png, info, shape.size.width_px, shape.size.height_px, shape.bits, shape.colour, shape.interlace,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_bytep> rows;
  const std::size_t stride = lines.size() / shape.size.height_px;
  for (std::size_t y = 0; y < shape.size.height_px; ++y) rows.push_back(&lines[y * stride]);
  png_set_rows(png, info, rows.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  std::fclose(file);
}

std::vector<std::uint8_t> counting(std::size_t bytes) {
  std::vector<std::uint8_t> values(bytes);
  for (std::size_t i = 0; i < bytes; ++i) values[i] = static_cast<std::uint8_t>(i * 3);
  return values;
}

bool says(const Result<std::vector<std::uint8_t>>& result, const std::string& part) {
  return !result && result.error().message.find(part) != std::string::npos;
}

// Names of the files that were opened since `watch` began to watch their folder.
std::set<std::string> opened_since(const UniqueFd& watch) {
  alignas(inotify_event) char events[65536];
  std::set<std::string> names;
  const ssize_t count = read(watch.get(), events, sizeof events);
  for (ssize_t at = 0; at < count;) {
    const auto* event = reinterpret_cast<const inotify_event*>(&events[at]);
    if (event->len > 0) names.insert(event->name);
    at += static_cast<ssize_t>(sizeof *event + event->len);
  }
  return names;
}

}  // namespace

TEST_GROUP(PngImage) {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / "mask.png";
};

TEST(PngImage, gray_pixels_come_back_as_they_were) {
  write_png(file, {{13, 7}}, counting(13 * 7));
  CHECK(counting(13 * 7) == read_gray_png(file, {13, 7}).value());
}

TEST(PngImage, interlaced_pixels_come_back_as_they_were) {
  write_png(file, {.size = {13, 7}, .interlace = PNG_INTERLACE_ADAM7}, counting(13 * 7));
  CHECK(counting(13 * 7) == read_gray_png(file, {13, 7}).value());
}

TEST(PngImage, one_bit_becomes_0_or_255) {
  write_png(file, {.size = {10, 1}, .bits = 1}, {0b10110000, 0b01000000});
  const std::vector<std::uint8_t> expected{255, 0, 255, 255, 0, 0, 0, 0, 0, 255};
  CHECK(expected == read_gray_png(file, {10, 1}).value());
}

TEST(PngImage, fits_the_reader_that_region_masks_want) {
  const MaskReader reader = &read_gray_png;
  CHECK(!reader(folder / "missing.png", {1, 1}));
}

TEST(PngImage, another_size_is_refused_with_both_sizes) {
  write_png(file, {{13, 7}}, counting(13 * 7));
  const auto result = read_gray_png(file, {7, 13});
  CHECK(says(result, "mask.png: is 13x7, the stored frame is 7x13"));
  CHECK(result.error().wrong_use);
}

TEST(PngImage, colour_transparency_palette_and_16_bits_are_refused) {
  write_png(file, {.size = {4, 2}, .colour = PNG_COLOR_TYPE_RGB}, counting(4 * 2 * 3));
  CHECK(says(read_gray_png(file, {4, 2}), "is not a gray image"));
  write_png(file, {.size = {4, 2}, .colour = PNG_COLOR_TYPE_GRAY_ALPHA}, counting(4 * 2 * 2));
  CHECK(says(read_gray_png(file, {4, 2}), "is not a gray image"));
  write_png(file, {.size = {4, 2}, .bits = 16}, counting(4 * 2 * 2));
  CHECK(says(read_gray_png(file, {4, 2}), "16 bits"));
}

TEST(PngImage, a_file_cut_anywhere_is_refused_without_a_crash) {
  write_png(file, {{13, 7}}, counting(13 * 7));
  const auto whole = std::filesystem::file_size(file);
  for (std::uintmax_t bytes = 0; bytes < whole; ++bytes) {
    std::filesystem::copy_file(file, folder / "cut.png", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder / "cut.png", bytes);
    CHECK(says(read_gray_png(folder / "cut.png", {13, 7}), "is not a PNG image that can be read"));
  }
}

TEST(PngImage, what_is_no_png_is_refused) {
  std::ofstream(file) << "P5 4 2 255\n........";
  CHECK(says(read_gray_png(file, {4, 2}), "mask.png: is not a PNG image that can be read"));
}

TEST(PngImage, images_of_16_bits_and_of_colours_are_frames) {
  const struct {
    int bits, colour;
    PixelFormat format;
    std::size_t bytes;
  } kinds[] = {{16, PNG_COLOR_TYPE_GRAY, PixelFormat::gray16, 2},
               {8, PNG_COLOR_TYPE_RGB, PixelFormat::rgb24, 3},
               {8, PNG_COLOR_TYPE_GRAY, PixelFormat::gray8, 1}};
  for (const auto& kind : kinds) {
    for (const int interlace : {PNG_INTERLACE_NONE, PNG_INTERLACE_ADAM7}) {
      write_png(file, {{13, 7}, kind.bits, kind.colour, interlace}, counting(13 * 7 * kind.bytes));
      const auto image = open_png(file);
      const ImageShape shape{{13, 7}, kind.format};
      CHECK(*image->shape(0) == shape);
      std::vector<std::uint8_t> pixels(13 * 7 * kind.bytes);
      CHECK(image->read(0, shape, std::as_writable_bytes(std::span(pixels))).has_value());
      // The file has the high byte first.
      if (kind.bits == 16) {
        for (std::size_t i = 0; i < pixels.size(); i += 2) std::swap(pixels[i], pixels[i + 1]);
      }
      CHECK(pixels == counting(13 * 7 * kind.bytes));
    }
  }
}

TEST(PngImage, transparency_of_a_frame_is_left_out) {
  write_png(file, {{5, 3}, 8, PNG_COLOR_TYPE_RGB_ALPHA}, counting(5 * 3 * 4));
  const auto image = open_png(file);
  std::vector<std::uint8_t> pixels(5 * 3 * 3);
  CHECK(image->read(0, {{5, 3}, PixelFormat::rgb24}, std::as_writable_bytes(std::span(pixels))).has_value());
  CHECK_EQUAL(counting(60)[4], pixels[3]);
}

TEST(PngImage, colours_of_16_bits_are_refused) {
  write_png(file, {{5, 3}, 16, PNG_COLOR_TYPE_RGB}, counting(5 * 3 * 6));
  const auto shape = open_png(file)->shape(0);
  CHECK(!shape);
  STRCMP_CONTAINS("colours of 16 bits", shape.error().message.c_str());
}

TEST(PngImage, a_frame_that_is_cut_anywhere_cannot_be_read) {
  write_png(file, {{13, 7}}, counting(13 * 7));
  const auto whole = std::filesystem::file_size(file);
  std::vector<std::byte> pixels(13 * 7);
  for (std::uintmax_t bytes = whole - 1; bytes > 40; bytes -= 5) {
    std::filesystem::resize_file(file, bytes);
    CHECK_FALSE(open_png(file)->read(0, {{13, 7}, PixelFormat::gray8}, pixels).has_value());
  }
}

TEST(PngImage, of_many_images_none_but_the_first_is_opened_before_it_is_read) {
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < 50; ++i) {
    files.push_back(folder / (std::to_string(i) + ".png"));
    write_png(files.back(), {{13, 7}}, counting(13 * 7));
    if (i % 2 == 1) std::ofstream(files.back()) << "\x89PNG\r\n\x1a\nand no more than that";
  }
  const UniqueFd watch(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  CHECK(inotify_add_watch(watch.get(), folder.path().c_str(), IN_OPEN) >= 0);
  const auto sequence = ImageSequence::open(files);
  CHECK_EQUAL(50U, (*sequence)->facts().frames);
  CHECK(opened_since(watch) == std::set<std::string>{"0.png"});
  std::vector<std::byte> pixels(13 * 7);
  for (std::uint64_t i = 0; i < 50; ++i) CHECK_EQUAL(i % 2 == 0, (*sequence)->read(i, pixels).has_value());
}
