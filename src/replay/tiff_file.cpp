#include "replay/tiff_file.hpp"

#include <fmt/format.h>
#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "replay/read_whole.hpp"
#include "replay/recording.hpp"
#include "replay/tiff_pages.hpp"

namespace tarsier {
namespace {

// What libtiff's callbacks see.
struct Input {
  UniqueFd file;
  std::uint64_t bytes = 0;
  std::uint64_t at = 0;
  std::string message;
};

Input& cast(thandle_t handle) { return *static_cast<Input*>(handle); }

tmsize_t on_read(thandle_t handle, void* out, tmsize_t count) {
  Input& input = cast(handle);
  const std::span<std::byte> wanted(static_cast<std::byte*>(out),
                                    static_cast<std::size_t>(std::max<tmsize_t>(count, 0)));
  const std::size_t got = read_some(input.file.get(), input.at, wanted);
  input.at += got;
  return static_cast<tmsize_t>(got);
}

tmsize_t on_write(thandle_t, void*, tmsize_t) { return -1; }

toff_t on_seek(thandle_t handle, toff_t offset, int from) {
  Input& input = cast(handle);
  const std::uint64_t base = from == SEEK_CUR ? input.at : (from == SEEK_END ? input.bytes : 0);
  return input.at = base + offset;
}

int on_close(thandle_t) { return 0; }
toff_t on_size(thandle_t handle) { return cast(handle).bytes; }

// The first error is the cause of the others.
void on_error(thandle_t handle, const char*, const char* format, std::va_list values) {
  if (handle == nullptr || !cast(handle).message.empty()) return;
  char text[200];
  std::vsnprintf(text, sizeof text, format, values);
  cast(handle).message = text;
}

// Nothing of libtiff prints; what goes wrong is told by the file it goes wrong with.
void quiet_libtiff() {
  static std::once_flag once;
  std::call_once(once, [] {
    TIFFSetErrorHandler(nullptr);
    TIFFSetWarningHandler(nullptr);
    TIFFSetErrorHandlerExt(on_error);
  });
}

struct Close {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using TiffHandle = std::unique_ptr<TIFF, Close>;

std::uint32_t field(TIFF* tiff, std::uint32_t tag) {
  std::uint32_t value = 0;
  return TIFFGetField(tiff, tag, &value) == 1 ? value : 0;
}

std::uint16_t short_field(TIFF* tiff, std::uint32_t tag) {
  std::uint16_t value = 0;
  return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : std::uint16_t{0};
}

// What libtiff undoes at once: a strip, or a tile.
std::uint64_t piece_bytes(TIFF* tiff) { return TIFFIsTiled(tiff) != 0 ? TIFFTileSize64(tiff) : TIFFStripSize64(tiff); }

Result<PixelFormat> format_of(TIFF* tiff) {
  const auto bits = short_field(tiff, TIFFTAG_BITSPERSAMPLE);
  const auto samples = short_field(tiff, TIFFTAG_SAMPLESPERPIXEL);
  const auto colours = short_field(tiff, TIFFTAG_PHOTOMETRIC);
  const auto kind = short_field(tiff, TIFFTAG_SAMPLEFORMAT);
  const bool counts = kind == SAMPLEFORMAT_UINT || kind == SAMPLEFORMAT_VOID || kind == 0;
  if (counts && samples == 1 && colours == PHOTOMETRIC_MINISBLACK && bits == 8) return PixelFormat::gray8;
  if (counts && samples == 1 && colours == PHOTOMETRIC_MINISBLACK && bits == 16) return PixelFormat::gray16;
  const bool together = short_field(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_CONTIG;
  if (counts && together && samples == 3 && colours == PHOTOMETRIC_RGB && bits == 8) return PixelFormat::rgb24;
  return failure(fmt::format(
      "it has {} samples of {} bits a pixel, colours of kind {}, numbers of kind {}; gray of 8 or 16 bits (unsigned, "
      "black is 0) and interleaved RGB of 8 bits can be read",
      samples, bits, colours, kind));
}

class TiffFile final : public ImageFile {
 public:
  TiffFile(std::unique_ptr<Input> input, TiffHandle tiff)
      : input_(std::move(input)), tiff_(std::move(tiff)), pages_(find_tiff_pages(input_->file.get())) {}

  Result<ImageShape> shape(std::uint64_t image) override;
  Result<void> read(std::uint64_t image, const ImageShape& expected, std::span<std::byte> pixels) override;

 private:
  [[nodiscard]] Result<void> go_to(std::uint64_t image);
  [[nodiscard]] Result<ImageShape> shape_here() const;
  [[nodiscard]] Result<void> read_strips(std::span<std::byte> pixels);
  [[nodiscard]] Result<void> read_tiles(const ImageShape& shape, std::span<std::byte> pixels);
  [[nodiscard]] tl::unexpected<Error> damaged() const {
    return failure("damaged TIFF: " + (input_->message.empty() ? "it ends too early" : input_->message));
  }

  // libtiff uses the input until it is closed.
  const std::unique_ptr<Input> input_;
  const TiffHandle tiff_;
  // libtiff would walk the chain from the front for each page.
  const TiffPages pages_;
  std::uint64_t page_ = UINT64_MAX;  // that libtiff is at
  std::vector<std::byte> piece_;     // a tile
};

Result<void> TiffFile::go_to(std::uint64_t image) {
  input_->message.clear();
  if (image >= pages_.directories.size()) return failure("damaged TIFF: its pages break off");
  if (page_ == image) return {};
  page_ = UINT64_MAX;
  if (TIFFSetSubDirectory(tiff_.get(), pages_.directories[image]) == 0) return damaged();
  page_ = image;
  return {};
}

Result<ImageShape> TiffFile::shape_here() const {
  TIFF* tiff = tiff_.get();
  const auto format = format_of(tiff);
  if (!format) return unexpected(format.error());
  const ImageShape shape{{field(tiff, TIFFTAG_IMAGEWIDTH), field(tiff, TIFFTAG_IMAGELENGTH)}, *format};
  if (auto fits = check_size(shape.size.width_px, shape.size.height_px, *format); !fits) {
    return unexpected(std::move(fits.error()));
  }
  if (Bytes{piece_bytes(tiff)} > largest_piece) return failure("its strips or tiles are too large");
  return shape;
}

Result<ImageShape> TiffFile::shape(std::uint64_t image) {
  if (auto there = go_to(image); !there) return unexpected(std::move(there.error()));
  return shape_here();
}

Result<void> TiffFile::read(std::uint64_t image, const ImageShape& expected, std::span<std::byte> pixels) {
  const auto found = shape(image);
  if (!found) return unexpected(found.error());
  if (auto same = check_shape(*found, expected); !same) return same;
  return TIFFIsTiled(tiff_.get()) != 0 ? read_tiles(expected, pixels) : read_strips(pixels);
}

Result<void> TiffFile::read_strips(std::span<std::byte> pixels) {
  const std::uint32_t strips = TIFFNumberOfStrips(tiff_.get());
  for (std::uint32_t strip = 0; strip < strips && !pixels.empty(); ++strip) {
    const auto room = static_cast<tmsize_t>(std::min<std::uint64_t>(pixels.size(), piece_bytes(tiff_.get())));
    const tmsize_t got = TIFFReadEncodedStrip(tiff_.get(), strip, pixels.data(), room);
    if (got != room) return damaged();
    pixels = pixels.subspan(static_cast<std::size_t>(got));
  }
  return pixels.empty() ? Result<void>() : damaged();
}

Result<void> TiffFile::read_tiles(const ImageShape& shape, std::span<std::byte> pixels) {
  TIFF* tiff = tiff_.get();
  const std::uint32_t wide = field(tiff, TIFFTAG_TILEWIDTH);
  const std::uint32_t high = field(tiff, TIFFTAG_TILELENGTH);
  const std::uint64_t line = line_bytes(shape.format, shape.size.width_px);
  const std::uint64_t tile_line = line_bytes(shape.format, wide);
  if (wide == 0 || high == 0 || tile_line * high != piece_bytes(tiff)) return failure("damaged TIFF: its tiles");
  piece_.resize(tile_line * high);
  for (std::uint32_t y = 0; y < shape.size.height_px; y += high) {
    for (std::uint32_t x = 0; x < shape.size.width_px; x += wide) {
      if (TIFFReadTile(tiff, piece_.data(), x, y, 0, 0) < 0) return damaged();
      const std::uint64_t bytes = line_bytes(shape.format, std::min(wide, shape.size.width_px - x));
      for (std::uint32_t v = 0; v < std::min(high, shape.size.height_px - y); ++v) {
        std::memcpy(&pixels[(y + v) * line + line_bytes(shape.format, x)], &piece_[v * tile_line], bytes);
      }
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ImageFile>> open_tiff(UniqueFd file) {
  quiet_libtiff();
  auto input = std::make_unique<Input>();
  struct stat status {};
  if (system_files().fstat(file.get(), &status) != 0) return failure("cannot be examined");
  input->file = std::move(file);
  input->bytes = static_cast<std::uint64_t>(status.st_size);
  // "m": no mapping, which a file that is cut meanwhile would turn into a crash.
  TiffHandle tiff(
      TIFFClientOpen("tiff", "rm", input.get(), on_read, on_write, on_seek, on_close, on_size, nullptr, nullptr));
  if (!tiff) return failure("damaged TIFF: " + input->message);
  return std::make_unique<TiffFile>(std::move(input), std::move(tiff));
}

}  // namespace tarsier
