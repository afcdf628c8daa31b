#include "report/gray_png.hpp"

#include <png.h>

#include <csetjmp>

namespace tarsier {
namespace {

// What libpng's callbacks see. They are left by longjmp, so the vector grows in a function that returns to libpng.
void on_write(png_structp png, png_bytep data, std::size_t count) {
  auto* out = static_cast<std::vector<std::byte>*>(png_get_io_ptr(png));
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  out->insert(out->end(), bytes, bytes + count);
}

void on_flush(png_structp) {}
[[noreturn]] void on_error(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void on_warning(png_structp, png_const_charp) {}

// Owner of libpng's structures. libpng reports errors by longjmp, so write() sets its own return point and holds
// nothing that has a destructor.
class PngWriter {
 public:
  PngWriter() : png_(png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning)) {
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
  }
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  [[nodiscard]] bool write(std::span<const std::uint8_t> pixels, std::uint32_t width, std::uint32_t height,
                           std::vector<std::byte>& out) {
    if (info_ == nullptr) return false;
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_write_fn(png_, &out, on_write, on_flush);
    png_set_IHDR(png_, info_, width, height, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png_, info_);
    for (std::uint32_t y = 0; y < height; ++y) png_write_row(png_, pixels.data() + std::size_t{y} * width);
    png_write_end(png_, nullptr);
    return true;
  }

 private:
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

std::vector<std::byte> gray_png(std::span<const std::uint8_t> pixels, std::uint32_t width, std::uint32_t height) {
  std::vector<std::byte> out;
  PngWriter writer;
  if (!writer.write(pixels, width, height, out)) out.clear();
  return out;
}

}  // namespace tarsier
