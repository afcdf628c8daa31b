// A file that appears under its name when it is whole, and never in place of another.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tarsier {

// Refuses a name that is taken, or whose ".part" is.
[[nodiscard]] Result<void> check_free(const std::filesystem::path& path);
// Gives `part`, closed and durable, the name `path`, durably.
[[nodiscard]] Result<void> give_name(FileOperations& files, const std::filesystem::path& part,
                                     const std::filesystem::path& path);

// One thread. Is "NAME.part" until finish(); deleted when it was not finished. Gathers 64 KiB before it writes.
class OutputFile {
 public:
  [[nodiscard]] static Result<OutputFile> create(FileOperations& files, std::filesystem::path path);
  OutputFile(OutputFile&& other) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> finish();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  OutputFile(FileOperations& files, std::filesystem::path path, UniqueFd fd)
      : files_(&files), path_(std::move(path)), fd_(std::move(fd)) {}
  [[nodiscard]] std::filesystem::path part() const { return path_.string() + ".part"; }
  [[nodiscard]] Result<void> flush();

  FileOperations* files_;
  std::filesystem::path path_;
  UniqueFd fd_;
  std::string waiting_;
  std::uint64_t offset_ = 0;
};

}  // namespace tarsier
