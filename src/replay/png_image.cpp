#include "replay/png_image.hpp"

#include <fmt/format.h>

#include <span>
#include <string>

#include "base/file_operations.hpp"
#include "replay/png_reader.hpp"

namespace tarsier {
namespace {

Result<void> check_header(const PngReader& image, const std::string& place, ImageSize expected) {
  const bool gray = image.colours() == PngColours::gray;
  if (!gray || image.bits() > 8) {
    return misuse(
        fmt::format("{}: is not a gray image of at most 8 bits ({} bits{}); save it as 8-bit gray without "
                    "transparency",
                    place, image.bits(), gray ? "" : ", with colours, a palette or transparency"));
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
    return misuse(fmt::format("{}: is not a PNG image that can be read: {}; save it anew", place, image.message()));
  };
  PngReader image(*file);
  if (!image.read_header()) return damaged(image);
  if (auto fits = check_header(image, place, expected); !fits) return unexpected(std::move(fits.error()));
  std::vector<std::uint8_t> pixels(expected.pixels());
  if (!image.read_pixels(std::as_writable_bytes(std::span(pixels)))) return damaged(image);
  return pixels;
}

}  // namespace tarsier
