#include <png.h>

#include <csetjmp>

#include "control/image_encoder.hpp"

namespace tarsier {
namespace {

// Looking at an image over the network, time matters more than the last tenth of its size.
constexpr int fast_level = 1;

void on_write(png_structp png, png_bytep data, std::size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(data), count);
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

  [[nodiscard]] bool write(const FrameCopy& frame, std::string& out) {
    if (info_ == nullptr) return false;
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    const bool deep = frame.type == SampleType::uint16;
    png_set_write_fn(png_, &out, on_write, on_flush);
    png_set_compression_level(png_, fast_level);
    png_set_IHDR(png_, info_, frame.width_px, frame.height_px, deep ? 16 : 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png_, info_);
    if (deep) png_set_swap(png_);  // PNG's samples have their high byte first
    const auto* const pixels = reinterpret_cast<png_const_bytep>(frame.pixels.data());
    const std::size_t line = std::size_t{frame.width_px} * (deep ? 2 : 1);
    for (std::uint32_t y = 0; y < frame.height_px; ++y) png_write_row(png_, pixels + y * line);
    png_write_end(png_, nullptr);
    return true;
  }

 private:
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

std::string png_of(const FrameCopy& frame) {
  std::string out;
  if (frame.type == SampleType::float32 || frame.pixels.empty()) return out;
  out.reserve(frame.pixels.size());
  PngWriter writer;
  if (!writer.write(frame, out)) out.clear();
  return out;
}

}  // namespace tarsier
