#include "replay/raw_recording.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>

#include "base/file_operations.hpp"
#include "replay/read_whole.hpp"

namespace tarsier {
namespace {

// The number that `text` begins with, taken off it; 0: none.
std::uint32_t take_count(std::string_view& text) {
  std::uint32_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc()) return 0;
  text.remove_prefix(static_cast<std::size_t>(end.ptr - text.data()));
  return value;
}

bool take(std::string_view& text, char letter) {
  if (text.empty() || text.front() != letter) return false;
  text.remove_prefix(1);
  return true;
}

std::string known_words() {
  std::string words;
  for (const PixelFormat format : all_pixel_formats()) words.append(words.empty() ? "" : ", ").append(to_text(format));
  return words;
}

Result<std::uint64_t> bytes_of(const std::filesystem::path& path) {
  FileOperations& files = system_files();
  const UniqueFd file(files.open(path.c_str(), O_RDONLY | O_CLOEXEC, 0));
  struct stat status {};
  if (!file || files.fstat(file.get(), &status) != 0) return unexpected(file_error(path, "open", errno));
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

Result<RawLayout> raw_layout_from(std::string_view text) {
  std::string_view rest = text;
  RawLayout layout;
  layout.size.width_px = take_count(rest);
  const bool crossed = take(rest, 'x');
  layout.size.height_px = take_count(rest);
  const bool ended = take(rest, ':');
  const auto format = rest == "u16" ? std::optional(PixelFormat::gray16) : pixel_format_from(rest);
  if (!crossed || !ended || layout.size.pixels() == 0 || !format) {
    return misuse(
        fmt::format("--raw {}: has to be WIDTHxHEIGHT:FORMAT, for example 640x480:gray16; formats are u16 "
                    "(the same as gray16), {}",
                    text, known_words()));
  }
  layout.format = *format;
  if (auto fits = check_size(layout.size.width_px, layout.size.height_px, layout.format); !fits) {
    return misuse(fmt::format("--raw {}: {}", text, fits.error().message));
  }
  return layout;
}

std::uint64_t raw_images(const RawLayout& layout, std::uint64_t file_bytes) {
  const std::uint64_t each = image_bytes(layout.format, layout.size.width_px, layout.size.height_px);
  return (file_bytes + each - 1) / each;
}

Result<std::unique_ptr<RawRecording>> RawRecording::open(std::vector<std::filesystem::path> files,
                                                         const RawLayout& layout) {
  std::unique_ptr<RawRecording> recording(new RawRecording);
  recording->image_bytes_ = image_bytes(layout.format, layout.size.width_px, layout.size.height_px);
  recording->facts_.size = layout.size;
  recording->facts_.format = layout.format;
  for (std::filesystem::path& path : files) {
    const auto bytes = bytes_of(path);
    if (!bytes) return unexpected(bytes.error());
    recording->parts_.push_back({recording->facts_.frames, std::move(path)});
    // An empty file is an image that is missing.
    recording->facts_.frames += std::max<std::uint64_t>(raw_images(layout, *bytes), 1);
  }
  recording->open_part_ = recording->parts_.size();
  return recording;
}

Result<void> RawRecording::read(std::uint64_t index, std::span<std::byte> pixels) {
  if (index >= facts_.frames || pixels.size() != facts_.frame_bytes()) return misuse("there is no such frame");
  const auto after = std::upper_bound(parts_.begin(), parts_.end(), index,
                                      [](std::uint64_t wanted, const Part& part) { return wanted < part.first; });
  const auto number = static_cast<std::size_t>(after - parts_.begin()) - 1;
  const Part& part = parts_[number];
  if (number != open_part_) {
    open_part_ = parts_.size();
    file_ = UniqueFd(system_files().open(part.path.c_str(), O_RDONLY | O_CLOEXEC, 0));
    if (!file_) return unexpected(file_error(part.path, "open", errno));
    open_part_ = number;
  }
  if (read_whole(file_.get(), (index - part.first) * image_bytes_, pixels)) return {};
  return failure(part.path.string() + ": ends before it");
}

}  // namespace tarsier
