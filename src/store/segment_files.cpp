#include "store/segment_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/unique_fd.hpp"
#include "store/journal.hpp"

namespace tarsier {
namespace {

bool there(const std::filesystem::path& file) {
  std::error_code unknown;
  return std::filesystem::exists(std::filesystem::symlink_status(file, unknown));
}

}  // namespace

SegmentFiles segment_files(const RecordingPlace& place, const std::string& experiment, const std::string& camera,
                           std::uint32_t number, Nanoseconds started) {
  SegmentFiles names;
  if (!place.single_file.empty()) {
    names.final_name = names.listed = place.single_file;
  } else {
    names.listed = std::filesystem::path(camera) /
                   fmt::format("{}_{}_{}_{:06}.h5", experiment, camera, compact_utc(started), number);
    names.final_name = place.run_folder / names.listed;
  }
  names.part = names.final_name.string() + ".part";
  names.journal = std::filesystem::path(names.final_name).replace_extension(".journal");
  return names;
}

// The digits between the last '_' and the first '.' behind it.
std::uint32_t segment_number(const std::string& name) {
  const std::size_t begin = name.rfind('_') + 1;
  const std::size_t end = std::min(name.find('.', begin), name.size());
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(name.data() + begin, name.data() + end, number);
  return parsed.ec == std::errc() && parsed.ptr == name.data() + end ? number : 0;
}

std::uint32_t next_segment_number(const std::filesystem::path& camera_folder) {
  std::uint32_t largest = 0;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(camera_folder, unreadable)) {
    largest = std::max(largest, segment_number(entry.path().filename().string()));
  }
  return largest + 1;
}

Result<void> check_single_file(FileOperations& files, const SegmentFiles& names) {
  if (there(names.final_name)) {
    return misuse(names.final_name.string() + ": exists already and is never overwritten; choose another name");
  }
  if (!there(names.part) && !there(names.journal)) return {};
  if (journal_in_use(files, names.journal)) {
    return misuse(names.part.string() + ": another process is writing it; choose another name or wait");
  }
  return misuse(
      fmt::format("{}: left by an interrupted run; `tarsier recover {}` makes it whole; or delete it and {}, or choose "
                  "another name",
                  names.part.string(), names.part.string(), names.journal.filename().string()));
}

Result<void> give_final_name(FileOperations& files, const SegmentFiles& names) {
  if (files.rename_new(names.part.c_str(), names.final_name.c_str()) != 0) {
    return unexpected(file_error(names.final_name, "rename to", errno));
  }
  return {};
}

Result<void> sync_folder(FileOperations& files, const SegmentFiles& names) {
  const auto folder = names.final_name.parent_path();
  return sync_directory(files, folder.empty() ? "." : folder);
}

std::uint64_t file_bytes(FileOperations& files, const std::filesystem::path& file) {
  const UniqueFd fd(files.open(file.c_str(), O_RDONLY, 0));
  struct stat info {};
  if (!fd || files.fstat(fd.get(), &info) != 0) return 0;
  return static_cast<std::uint64_t>(info.st_size);
}

}  // namespace tarsier
