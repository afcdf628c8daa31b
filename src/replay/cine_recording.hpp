// A CINE file of a high-speed camera, read by libavformat.
#pragma once

#include <filesystem>
#include <memory>

#include "replay/recording.hpp"

namespace tarsier {

// Whether the file begins like a CINE file.
[[nodiscard]] bool is_cine(const std::filesystem::path& path);

// Uncompressed gray of 8 bits, or of more in 16 (as they lie in the file, not scaled); colours and packed 10 bits are
// an error that says so. The interval is the file's.
class CineRecording final : public Recording {
 public:
  // Errors give the reason only, without the path.
  [[nodiscard]] static Result<std::unique_ptr<CineRecording>> open(const std::filesystem::path& path);
  ~CineRecording() override;

  [[nodiscard]] Result<void> read(std::uint64_t index, std::span<std::byte> pixels) override;

 private:
  struct Library;
  explicit CineRecording(std::unique_ptr<Library> library);
  [[nodiscard]] Result<void> learn();

  // Constant after open(), but for where the library is in the file.
  std::unique_ptr<Library> library_;
  bool bottom_up_ = false;
};

}  // namespace tarsier
