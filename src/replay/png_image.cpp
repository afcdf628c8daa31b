#include "replay/png_image.hpp"

#include <fmt/format.h>
#include <png.h>

#include <csetjmp>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "base/file_operations.hpp"

namespace tarsier {
namespace {

// What libpng's callbacks see. They are left by longjmp, so nothing in it needs a destructor.
struct PngInput {
  const char* data = nullptr;
  std::size_t bytes = 0;
  std::size_t at = 0;
  char message[128] = "damaged";
};

void on_read(png_structp png, png_bytep out, std::size_t count) {
  auto* input = static_cast<PngInput*>(png_get_io_ptr(png));
  if (count > input->bytes - input->at) png_error(png, "it ends too early");
  std::memcpy(out, input->data + input->at, count);
  input->at += count;
}

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* input = static_cast<PngInput*>(png_get_error_ptr(png));
  std::strncpy(input->message, message, sizeof(input->message) - 1);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

// Owner of libpng's structures over a file in memory. libpng reports errors by longjmp, so each of the methods that
// call it sets its own return point and holds nothing that has a destructor; false means input.message.
class PngReader {
 public:
  explicit PngReader(std::string_view file) : input{.data = file.data(), .bytes = file.size()} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &input, on_error, on_warning);
    if (png_ == nullptr) return;
    info_ = png_create_info_struct(png_);
    png_set_read_fn(png_, &input, on_read);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  [[nodiscard]] bool read_header() {
    if (info_ == nullptr) return false;
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_info(png_, info_);
    return true;
  }
  [[nodiscard]] ImageSize size() const { return {png_get_image_width(png_, info_), png_get_image_height(png_, info_)}; }
  [[nodiscard]] bool gray() const { return png_get_color_type(png_, info_) == PNG_COLOR_TYPE_GRAY; }
  [[nodiscard]] int bits() const { return png_get_bit_depth(png_, info_); }

  // `out` has size().pixels() bytes.
  [[nodiscard]] bool read_pixels(std::uint8_t* out) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_expand_gray_1_2_4_to_8(png_);
    const int passes = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    for (int pass = 0; pass < passes; ++pass) {
      for (std::uint32_t y = 0; y < size().height_px; ++y) {
        png_read_row(png_, out + std::size_t{y} * size().width_px, nullptr);
      }
    }
    png_read_end(png_, nullptr);
    return true;
  }

  PngInput input;

 private:
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

Result<void> check_header(const PngReader& image, const std::string& place, ImageSize expected) {
  if (!image.gray() || image.bits() > 8) {
    return misuse(
        fmt::format("{}: is not a gray image of at most 8 bits ({} bits{}); save it as 8-bit gray without "
                    "transparency",
                    place, image.bits(), image.gray() ? "" : ", with colours, a palette or transparency"));
  }
  const ImageSize size = image.size();
  if (size == expected) return {};
  return misuse(fmt::format("{}: is {}x{}, the stored frame is {}x{}; draw it at the size of the stored frame", place,
                            size.width_px, size.height_px, expected.width_px, expected.height_px));
}

}  // namespace

Result<std::vector<std::uint8_t>> read_gray_png(const std::filesystem::path& path, ImageSize expected) {
  const auto file = read_text(system_files(), path);
  if (!file) return unexpected(file.error());
  const std::string place = path.string();
  const auto damaged = [&](const PngReader& image) {
    return misuse(fmt::format("{}: is not a PNG image that can be read: {}; save it anew", place, image.input.message));
  };
  PngReader image(*file);
  if (!image.read_header()) return damaged(image);
  if (auto fits = check_header(image, place, expected); !fits) return unexpected(std::move(fits.error()));
  std::vector<std::uint8_t> pixels(expected.pixels());
  if (!image.read_pixels(pixels.data())) return damaged(image);
  return pixels;
}

}  // namespace tarsier
