#include "replay/png_file.hpp"

#include <string>

#include "base/file_operations.hpp"
#include "replay/png_reader.hpp"
#include "replay/recording.hpp"

namespace tarsier {
namespace {

Result<ImageShape> shape_of(const PngReader& image) {
  const PngColours colours = image.colours();
  const bool gray = colours == PngColours::gray || colours == PngColours::gray_alpha;
  if (!gray && image.bits() > 8) return failure("it has colours of 16 bits; save it with 8 bits or as gray");
  ImageShape shape{image.size(), PixelFormat::rgb24};
  if (gray) shape.format = image.bits() == 16 ? PixelFormat::gray16 : PixelFormat::gray8;
  if (auto fits = check_size(shape.size.width_px, shape.size.height_px, shape.format); !fits) {
    return unexpected(std::move(fits.error()));
  }
  return shape;
}

class PngFile final : public ImageFile {
 public:
  explicit PngFile(std::filesystem::path path) : path_(std::move(path)) {}

  Result<ImageShape> shape(std::uint64_t) override {
    if (auto loaded = load(); !loaded) return unexpected(std::move(loaded.error()));
    PngReader image(content_);
    if (!image.read_header()) return damaged(image);
    return shape_of(image);
  }

  Result<void> read(std::uint64_t, const ImageShape& expected, std::span<std::byte> pixels) override {
    if (auto loaded = load(); !loaded) return loaded;
    PngReader image(content_);
    if (!image.read_header()) return damaged(image);
    const auto found = shape_of(image);
    if (!found) return unexpected(found.error());
    if (auto same = check_shape(*found, expected); !same) return same;
    if (!image.read_pixels(pixels)) return damaged(image);
    return {};
  }

 private:
  static tl::unexpected<Error> damaged(const PngReader& image) { return failure("damaged PNG: " + image.message()); }

  Result<void> load() {
    if (!content_.empty()) return {};
    auto content = read_text(system_files(), path_, largest_piece);
    if (!content) return unexpected(std::move(content.error()));
    content_ = std::move(*content);
    return {};
  }

  const std::filesystem::path path_;
  std::string content_;  // empty: not read yet
};

}  // namespace

std::unique_ptr<ImageFile> open_png(const std::filesystem::path& path) { return std::make_unique<PngFile>(path); }

}  // namespace tarsier
