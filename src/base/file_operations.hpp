// The seam through which every file operation of the product goes. Tests put a FileOperations of their own in its
// place and fail, delay, shorten or tear what passes.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace tarsier {

// Thin wrappers of the system calls of the same name: each returns what the call returns and leaves errno as the call
// left it. Any thread may call. Nothing but open and list_directory allocates.
class FileOperations {
 public:
  virtual ~FileOperations() = default;
  [[nodiscard]] virtual int open(const char* path, int flags, mode_t mode) = 0;
  [[nodiscard]] virtual int close(int fd) = 0;
  [[nodiscard]] virtual ssize_t pread(int fd, void* data, std::size_t bytes, off_t offset) = 0;
  [[nodiscard]] virtual ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) = 0;
  [[nodiscard]] virtual int ftruncate(int fd, off_t bytes) = 0;
  [[nodiscard]] virtual int fstat(int fd, struct stat* out) = 0;
  // stat(2). Not pure: a stand-in that doesn't care need not pass it on.
  [[nodiscard]] virtual int stat(const char* path, struct stat* out);
  [[nodiscard]] virtual int fdatasync(int fd) = 0;
  [[nodiscard]] virtual int fsync(int fd) = 0;
  // sync_file_range(2) of the whole file, with SYNC_FILE_RANGE_WRITE: begins to write and does not wait, so that the
  // sync behind it is short. A hint: errors are the sync's to tell.
  virtual void start_writeback(int /*fd*/) {}
  // flock(2).
  [[nodiscard]] virtual int lock(int fd, int operation) = 0;
  // renameat2(2) with RENAME_NOREPLACE: EEXIST when `to` is there.
  [[nodiscard]] virtual int rename_new(const char* from, const char* to) = 0;
  // rename(2): replaces `to`.
  [[nodiscard]] virtual int rename(const char* from, const char* to) = 0;
  [[nodiscard]] virtual int unlink(const char* path) = 0;
  [[nodiscard]] virtual int mkdir(const char* path, mode_t mode) = 0;
  // fallocate(2): sets room aside up to `bytes`. Not pure: a stand-in that doesn't care need not pass it on.
  [[nodiscard]] virtual int allocate(int fd, off_t bytes);
  // Bytes that this process may still write on the file system of `path`; -1 with errno on failure.
  [[nodiscard]] virtual std::int64_t free_bytes(const char* path) = 0;
};

// The real system. Stateless.
[[nodiscard]] FileOperations& system_files();

// "place: No space left on device (ENOSPC); remedy" for the errno of a failed operation on `path`.
[[nodiscard]] Error file_error(const std::filesystem::path& path, const char* operation, int error_number);

// The helpers below repeat short reads and writes and EINTR, and say which file failed.
[[nodiscard]] Result<void> write_all(FileOperations& files, int fd, std::span<const std::byte> data,
                                     std::uint64_t offset, const std::filesystem::path& path);
// An error too when the file ends before all of `out` is filled.
[[nodiscard]] Result<void> read_all(FileOperations& files, int fd, std::span<std::byte> out, std::uint64_t offset,
                                    const std::filesystem::path& path);
[[nodiscard]] Result<std::string> read_text(FileOperations& files, const std::filesystem::path& path,
                                            Bytes limit = mebibytes(16));
// Writes `text` to a temporary file beside `path`, fsyncs it, renames it over `path` and fsyncs the folder, so that a
// crash leaves the old or the new text whole.
[[nodiscard]] Result<void> replace_text(FileOperations& files, const std::filesystem::path& path,
                                        std::string_view text);
[[nodiscard]] Result<void> sync_directory(FileOperations& files, const std::filesystem::path& directory);
// Makes `directory` and its parents, durably; an existing one is fine.
[[nodiscard]] Result<void> make_directories(FileOperations& files, const std::filesystem::path& directory);

}  // namespace tarsier
