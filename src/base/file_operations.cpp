#include "base/file_operations.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/unique_fd.hpp"

namespace tarsier {
namespace {

class SystemFiles final : public FileOperations {
 public:
  int open(const char* path, int flags, mode_t mode) override { return ::open(path, flags | O_CLOEXEC, mode); }
  int close(int fd) override { return ::close(fd); }
  ssize_t pread(int fd, void* data, std::size_t bytes, off_t offset) override {
    return ::pread(fd, data, bytes, offset);
  }
  ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) override {
    return ::pwrite(fd, data, bytes, offset);
  }
  int ftruncate(int fd, off_t bytes) override { return ::ftruncate(fd, bytes); }
  int fstat(int fd, struct stat* out) override { return ::fstat(fd, out); }
  int fdatasync(int fd) override { return ::fdatasync(fd); }
  int fsync(int fd) override { return ::fsync(fd); }
  void start_writeback(int fd) override { (void)::sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); }
  int lock(int fd, int operation) override { return ::flock(fd, operation); }
  int rename_new(const char* from, const char* to) override {
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    // A file system without that flag (NFS): a second name refuses an existing one just so.
    return ::link(from, to) == 0 ? ::unlink(from) : -1;
  }
  int rename(const char* from, const char* to) override { return ::rename(from, to); }
  int unlink(const char* path) override { return ::unlink(path); }
  int mkdir(const char* path, mode_t mode) override { return ::mkdir(path, mode); }
  std::int64_t free_bytes(const char* path) override {
    struct statvfs space {};
    if (::statvfs(path, &space) != 0) return -1;
    return static_cast<std::int64_t>(space.f_bavail * space.f_frsize);
  }
};

const char* remedy(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT: return "; free some space or choose another disk";
    case EACCES:
    case EPERM: return "; check who owns it and its permissions";
    case ENOENT: return "; check the path";
    case EEXIST: return "; nothing is overwritten, choose another name or move it away";
    case EROFS: return "; mount it for writing or choose another folder";
    case EIO: return "; the disk reports a fault, replace it";
    default: return "";
  }
}

// Makes the name `path` durable.
Result<void> sync_parent(FileOperations& files, const std::filesystem::path& path) {
  return sync_directory(files, path.has_parent_path() ? path.parent_path() : ".");
}

}  // namespace

int FileOperations::stat(const char* path, struct stat* out) { return ::stat(path, out); }
int FileOperations::allocate(int fd, off_t bytes) { return ::fallocate(fd, 0, 0, bytes); }

FileOperations& system_files() {
  static SystemFiles files;
  return files;
}

Error file_error(const std::filesystem::path& path, const char* operation, int error_number) {
  return {
      fmt::format("{}: cannot {}: {}{}", path.string(), operation, std::strerror(error_number), remedy(error_number)),
      false, error_number};
}

Result<void> write_all(FileOperations& files, int fd, std::span<const std::byte> data, std::uint64_t offset,
                       const std::filesystem::path& path) {
  while (!data.empty()) {
    const ssize_t written = files.pwrite(fd, data.data(), data.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return unexpected(file_error(path, "write", errno));
    if (written == 0) return unexpected(file_error(path, "write", ENOSPC));
    data = data.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<void> read_all(FileOperations& files, int fd, std::span<std::byte> out, std::uint64_t offset,
                      const std::filesystem::path& path) {
  while (!out.empty()) {
    const ssize_t got = files.pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unexpected(file_error(path, "read", errno));
    if (got == 0) return failure(path.string() + ": ends too early; it is damaged");
    out = out.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

Result<std::string> read_text(FileOperations& files, const std::filesystem::path& path, Bytes limit) {
  UniqueFd fd(files.open(path.c_str(), O_RDONLY, 0));
  if (!fd) return unexpected(file_error(path, "open", errno));
  struct stat info {};
  if (files.fstat(fd.get(), &info) != 0) return unexpected(file_error(path, "examine", errno));
  if (S_ISDIR(info.st_mode)) return failure(path.string() + ": is a directory; name a file");
  std::string text;
  char block[16384];
  for (;;) {
    const ssize_t got = files.pread(fd.get(), block, sizeof block, static_cast<off_t>(text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unexpected(file_error(path, "read", errno));
    if (got == 0) return text;
    text.append(block, static_cast<std::size_t>(got));
    if (text.size() > limit.count) return failure(fmt::format("{}: is larger than {}", path.string(), to_text(limit)));
  }
}

Result<void> sync_directory(FileOperations& files, const std::filesystem::path& directory) {
  UniqueFd fd(files.open(directory.c_str(), O_RDONLY | O_DIRECTORY, 0));
  if (!fd) return unexpected(file_error(directory, "open", errno));
  if (files.fsync(fd.get()) != 0) return unexpected(file_error(directory, "sync", errno));
  return {};
}

Result<void> replace_text(FileOperations& files, const std::filesystem::path& path, std::string_view text) {
  const std::filesystem::path temporary = path.string() + ".new";
  {
    UniqueFd fd(files.open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644));
    if (!fd) return unexpected(file_error(temporary, "create", errno));
    if (auto written = write_all(files, fd.get(), std::as_bytes(std::span(text)), 0, temporary); !written)
      return written;
    if (files.fsync(fd.get()) != 0) return unexpected(file_error(temporary, "sync", errno));
    if (files.close(fd.release()) != 0) return unexpected(file_error(temporary, "close", errno));
  }
  if (files.rename(temporary.c_str(), path.c_str()) != 0) return unexpected(file_error(path, "rename to", errno));
  return sync_parent(files, path);
}

Result<void> make_directories(FileOperations& files, const std::filesystem::path& directory) {
  if (directory.empty()) return {};
  if (files.mkdir(directory.c_str(), 0755) == 0) return sync_parent(files, directory);
  if (errno == ENOENT && directory.has_parent_path() && directory.parent_path() != directory) {
    if (auto parent = make_directories(files, directory.parent_path()); !parent) return parent;
    if (files.mkdir(directory.c_str(), 0755) == 0) return sync_parent(files, directory);
  }
  if (errno != EEXIST) return unexpected(file_error(directory, "create directory", errno));
  std::error_code unreadable;
  if (!std::filesystem::is_directory(directory, unreadable))
    return failure(directory.string() + ": is not a directory");
  return {};
}

}  // namespace tarsier
