#include "replay/image_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <string>
#include <string_view>

#include "base/file_operations.hpp"
#include "base/unique_fd.hpp"
#include "replay/pgm_file.hpp"
#include "replay/png_file.hpp"
#include "replay/tiff_file.hpp"
#include "replay/tiff_pages.hpp"

namespace tarsier {
namespace {

bool begins_with(std::string_view content, std::initializer_list<std::string_view> marks) {
  return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) { return content.starts_with(mark); });
}

std::string ending_of(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return ending;
}

UniqueFd open_for_reading(const std::filesystem::path& path) {
  return UniqueFd(system_files().open(path.c_str(), O_RDONLY | O_CLOEXEC, 0));
}

}  // namespace

std::string to_text(const ImageShape& shape) {
  return fmt::format("{}x{} {}", shape.size.width_px, shape.size.height_px, to_text(shape.format));
}

Result<std::unique_ptr<ImageFile>> open_image(const std::filesystem::path& path) {
  UniqueFd file = open_for_reading(path);
  if (!file) return unexpected({std::string("cannot be opened: ") + std::generic_category().message(errno)});
  std::array<char, 8> front{};
  const ssize_t count = system_files().pread(file.get(), front.data(), front.size(), 0);
  const std::string_view content(front.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  using namespace std::string_view_literals;
  if (begins_with(content, {"\x89PNG\r\n\x1a\n"sv})) return open_png(path);
  if (begins_with(content, {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv})) return open_tiff(std::move(file));
  if (begins_with(content, {"P5"sv})) return open_pgm(std::move(file));
  if (content.empty()) return failure("it is empty");
  return failure("is no image that can be read; PNG, TIFF and PGM (P5) can be");
}

std::uint64_t count_images(const std::filesystem::path& path) {
  const UniqueFd file = open_for_reading(path);
  if (!file) return 1;
  const TiffPages pages = find_tiff_pages(file.get());
  return std::max<std::uint64_t>(pages.directories.size() + (pages.broken_off ? 1 : 0), 1);
}

bool has_several_images(const std::filesystem::path& path) {
  const UniqueFd file = open_for_reading(path);
  return file && has_second_tiff_page(file.get());
}

bool has_image_name(const std::filesystem::path& path) {
  const std::string ending = ending_of(path);
  return ending == ".png" || ending == ".pgm" || has_stack_name(path);
}

bool has_stack_name(const std::filesystem::path& path) {
  const std::string ending = ending_of(path);
  return ending == ".tif" || ending == ".tiff";
}

Result<void> check_shape(const ImageShape& found, const ImageShape& expected) {
  if (found == expected) return {};
  return failure(fmt::format("it is {}, the recording is {}", to_text(found), to_text(expected)));
}

}  // namespace tarsier
