// Images in files, one after the other, as a recording.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "replay/image_file.hpp"
#include "replay/recording.hpp"

namespace tarsier {

// The first image that can be read says what size and format all have to be; one that differs or is damaged can't be
// read, the others can.
class ImageSequence final : public Recording {
 public:
  // The files in order; of each all images. Those whose names end like TIFF files are looked into for how many they
  // have; the others hold one, and are not opened before they are read. Fails, with the reason of the first, when none
  // of the first 16 images can be read. Errors name the file.
  [[nodiscard]] static Result<std::unique_ptr<ImageSequence>> open(std::vector<std::filesystem::path> files);
  [[nodiscard]] Result<void> read(std::uint64_t index, std::span<std::byte> pixels) override;

 private:
  ImageSequence() = default;
  [[nodiscard]] Result<ImageFile*> open_file(std::size_t number);
  [[nodiscard]] Result<void> learn_shape();
  [[nodiscard]] Result<ImageShape> shape_of(std::uint64_t index);
  // Number of the file and of the image in it.
  struct Place {
    std::size_t file = 0;
    std::uint64_t image = 0;
  };
  [[nodiscard]] Place place_of(std::uint64_t index) const;

  // Constant after open().
  std::vector<std::filesystem::path> files_;
  std::vector<std::uint64_t> first_;  // index of each file's first image
  ImageShape shape_;
  // The file that was read last.
  std::size_t open_number_ = SIZE_MAX;
  std::unique_ptr<ImageFile> open_;
};

}  // namespace tarsier
