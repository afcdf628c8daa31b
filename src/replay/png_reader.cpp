#include "replay/png_reader.hpp"

#include <png.h>

#include <csetjmp>
#include <cstring>

#include "replay/recording.hpp"

namespace tarsier {

// Each function that calls libpng sets its own return point and holds nothing that has a destructor.
struct PngReader::State {
  const char* data = nullptr;
  std::size_t bytes = 0;
  std::size_t at = 0;
  char message[128] = "damaged";
  png_structp png = nullptr;
  png_infop info = nullptr;
};

PngReader::PngReader(std::string_view file) : state_(new State{.data = file.data(), .bytes = file.size()}) {
  const auto on_error = [](png_structp png, png_const_charp message) {
    auto* state = static_cast<State*>(png_get_error_ptr(png));
    std::strncpy(state->message, message, sizeof(state->message) - 1);
    png_longjmp(png, 1);
  };
  const auto on_read = [](png_structp png, png_bytep out, std::size_t count) {
    auto* state = static_cast<State*>(png_get_io_ptr(png));
    if (count > state->bytes - state->at) png_error(png, "it ends too early");
    std::memcpy(out, state->data + state->at, count);
    state->at += count;
  };
  state_->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, state_, on_error, [](png_structp, png_const_charp) {});
  if (state_->png == nullptr) return;
  state_->info = png_create_info_struct(state_->png);
  png_set_read_fn(state_->png, state_, on_read);
  png_set_user_limits(state_->png, largest_side_px, largest_side_px);
  png_set_chunk_malloc_max(state_->png, mebibytes(8).count);
}

PngReader::~PngReader() {
  png_destroy_read_struct(&state_->png, &state_->info, nullptr);
  delete state_;
}

bool PngReader::read_header() {
  if (state_->info == nullptr) return false;
  if (setjmp(png_jmpbuf(state_->png)) != 0) return false;
  png_read_info(state_->png, state_->info);
  return true;
}

ImageSize PngReader::size() const {
  return {png_get_image_width(state_->png, state_->info), png_get_image_height(state_->png, state_->info)};
}

PngColours PngReader::colours() const {
  switch (png_get_color_type(state_->png, state_->info)) {
    case PNG_COLOR_TYPE_GRAY: return PngColours::gray;
    case PNG_COLOR_TYPE_GRAY_ALPHA: return PngColours::gray_alpha;
    case PNG_COLOR_TYPE_RGB: return PngColours::rgb;
    case PNG_COLOR_TYPE_RGB_ALPHA: return PngColours::rgb_alpha;
    default: return PngColours::palette;
  }
}

int PngReader::bits() const { return png_get_bit_depth(state_->png, state_->info); }

bool PngReader::read_pixels(std::span<std::byte> out) {
  if (setjmp(png_jmpbuf(state_->png)) != 0) return false;
  png_set_expand_gray_1_2_4_to_8(state_->png);
  png_set_palette_to_rgb(state_->png);
  png_set_strip_alpha(state_->png);
  if (bits() == 16) png_set_swap(state_->png);
  const int passes = png_set_interlace_handling(state_->png);
  png_read_update_info(state_->png, state_->info);
  const std::size_t line = png_get_rowbytes(state_->png, state_->info);
  const std::uint32_t lines = png_get_image_height(state_->png, state_->info);
  if (line == 0 || out.size() / line < lines) png_error(state_->png, "its lines have another length than they say");
  for (int pass = 0; pass < passes; ++pass) {
    for (std::uint32_t y = 0; y < lines; ++y) {
      png_read_row(state_->png, reinterpret_cast<png_bytep>(out.data() + y * line), nullptr);
    }
  }
  png_read_end(state_->png, nullptr);
  return true;
}

std::string PngReader::message() const { return state_->message; }

}  // namespace tarsier
