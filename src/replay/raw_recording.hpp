// Headerless images: nothing but pixels, one image after the other, in one file or several.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "replay/recording.hpp"

namespace tarsier {

struct RawLayout {
  ImageSize size;
  PixelFormat format = PixelFormat::gray8;
  bool operator==(const RawLayout&) const = default;
};

// "768x512:bayer_rggb8", "640x480:gray16": WIDTHxHEIGHT:FORMAT with a word of PixelFormat; u16 is gray16. Wrong use
// names the words.
[[nodiscard]] Result<RawLayout> raw_layout_from(std::string_view text);

// Images that lie in a file of that many bytes; a last one that is cut counts.
[[nodiscard]] std::uint64_t raw_images(const RawLayout& layout, std::uint64_t file_bytes);

class RawRecording final : public Recording {
 public:
  // The files in order; each holds whole images (all planes without padding). Errors name the file.
  [[nodiscard]] static Result<std::unique_ptr<RawRecording>> open(std::vector<std::filesystem::path> files,
                                                                  const RawLayout& layout);
  [[nodiscard]] Result<void> read(std::uint64_t index, std::span<std::byte> pixels) override;

 private:
  RawRecording() = default;

  struct Part {
    std::uint64_t first = 0;  // index of its first image
    std::filesystem::path path;
  };

  // Constant after open().
  std::vector<Part> parts_;
  std::uint64_t image_bytes_ = 0;
  // The file that was read last.
  std::size_t open_part_ = 0;
  UniqueFd file_;
};

}  // namespace tarsier
