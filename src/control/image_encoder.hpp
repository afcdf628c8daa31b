// One image as bytes that others can open: JPEG for looking, PNG and .npy exact.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "control/device_api.hpp"

namespace tarsier {

// The widest JPEG that is made.
inline constexpr std::uint32_t widest_jpeg_px = 1920;

// Keeps its buffers: they grow to the largest image that was asked for. One thread.
class ImageEncoder {
 public:
  ImageEncoder();
  ~ImageEncoder();
  ImageEncoder(const ImageEncoder&) = delete;
  ImageEncoder& operator=(const ImageEncoder&) = delete;

  // What the buffers take for images of that size.
  [[nodiscard]] static Bytes cost(std::uint32_t width_px, std::uint32_t height_px);

  // Gray, `width_px` wide at most, never wider than the image; each pixel the mean of those it stands for, rounded half
  // up. uint8 as it is, others stretched from their smallest to their largest shown value. `quality` 1 to 100. Empty:
  // the library failed.
  [[nodiscard]] std::string jpeg(const FrameCopy& frame, std::uint32_t width_px, int quality);

 private:
  struct Compressor;
  void reduce(const FrameCopy& frame, std::uint32_t width_px, std::uint32_t height_px);

  std::unique_ptr<Compressor> compressor_;
  std::vector<std::uint8_t> shown_;
  std::vector<unsigned char> coded_;
  std::vector<double> line_;
};

// Gray of 8 or 16 bits, pixel by pixel. Empty: float32, or the library failed.
[[nodiscard]] std::string png_of(const FrameCopy& frame);
// NumPy's format 1.0 in C order, header padded to 64 bytes.
[[nodiscard]] std::string npy_of(const FrameCopy& frame);

}  // namespace tarsier
