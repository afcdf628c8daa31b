// An open file of images: PNG, TIFF or PGM.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/result.hpp"
#include "frame/frame_view.hpp"

namespace tarsier {

struct ImageShape {
  ImageSize size;
  PixelFormat format = PixelFormat::gray8;  // gray8, gray16 or rgb24
  bool operator==(const ImageShape&) const = default;
};

// "1024x1022 gray16".
[[nodiscard]] std::string to_text(const ImageShape& shape);

// One thread at a time. Values are taken as they are: gamma, colour profiles and scales act on nothing. Errors give the
// reason only, without the path.
class ImageFile {
 public:
  virtual ~ImageFile() = default;
  [[nodiscard]] virtual Result<ImageShape> shape(std::uint64_t image) = 0;
  // Image number `image`, which has to be of that shape, into `pixels`: exactly its bytes, lines without padding, 16
  // bits in native order.
  [[nodiscard]] virtual Result<void> read(std::uint64_t image, const ImageShape& expected,
                                          std::span<std::byte> pixels) = 0;
};

// The kind is told by the content. A file that is none of them is an error that says so.
[[nodiscard]] Result<std::unique_ptr<ImageFile>> open_image(const std::filesystem::path& path);

// Images in a file, at least 1; one at the end may be cut. Told by the content with small reads and without the
// libraries: a TIFF file has as many as its chain of pages, and one more where that breaks off; all others have one.
[[nodiscard]] std::uint64_t count_images(const std::filesystem::path& path);
// Whether that is more than one; takes the same time for any file.
[[nodiscard]] bool has_several_images(const std::filesystem::path& path);

// Whether the name ends like that of an image: .png, .tif, .tiff, .pgm, in any case of letters.
[[nodiscard]] bool has_image_name(const std::filesystem::path& path);
// Whether it ends like that of a kind which may hold several: .tif, .tiff.
[[nodiscard]] bool has_stack_name(const std::filesystem::path& path);

// The failure of an image that is not of the shape that the recording has.
[[nodiscard]] Result<void> check_shape(const ImageShape& found, const ImageShape& expected);

}  // namespace tarsier
