// The real file operations below one folder, with a log of everything that a power cut may undo. CrashStates replays
// it.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/file_operations.hpp"

namespace tarsier {

// One change of a disk, in the order in which the system calls came. Paths are relative to the disk's root.
struct DiskChange {
  enum class Kind : std::uint8_t {
    write,        // `bytes` at `offset` of `file`
    resize,       // `file` to `offset` bytes
    sync_file,    // everything of `file` is durable, its names excepted
    name,         // `path` names `file`
    folder,       // `path` is a folder
    rename,       // `file` is named `to`, which is replaced, and no longer `path`
    unlink,       // `path` names nothing
    sync_folder,  // the names in the folder `path` are durable
  };
  Kind kind;
  std::uint32_t file = 0;
  std::uint64_t offset = 0;
  std::vector<std::byte> bytes{};
  std::string path{};
  std::string to{};
};

// What was on the disk before the first change, all of it durable.
struct DiskContent {
  std::map<std::string, std::uint32_t> names;
  std::vector<std::string> folders;
  std::map<std::uint32_t, std::vector<std::byte>> files;
};

// One thread.
class RecordedDisk final : public FileOperations {
 public:
  explicit RecordedDisk(std::filesystem::path root) : root_(std::move(root)) { adopt(); }

  // A sync of a file whose name ends so, or of a folder for "/", is promised and not done: a disk, or a program, that
  // forgets it.
  std::string forgotten_sync;
  [[nodiscard]] const std::vector<DiskChange>& log() const { return log_; }
  [[nodiscard]] const DiskContent& before() const { return before_; }

  int open(const char* path, int flags, mode_t mode) override {
    std::error_code unknown;
    const bool there = std::filesystem::exists(path, unknown);
    const int fd = real_.open(path, flags, mode);
    if (fd < 0) return fd;
    if (std::filesystem::is_directory(path, unknown)) {
      folders_[fd] = relative(path);
      return fd;
    }
    folders_.erase(fd);
    if (!there) {
      names_[relative(path)] = next_file_++;
      log_.push_back({.kind = DiskChange::Kind::name, .file = names_[relative(path)], .path = relative(path)});
    }
    files_[fd] = names_[relative(path)];
    last_name_[files_[fd]] = relative(path);
    if (there && (flags & O_TRUNC) != 0) log_.push_back({.kind = DiskChange::Kind::resize, .file = files_[fd]});
    return fd;
  }
  int close(int fd) override { return real_.close(fd); }
  ssize_t pread(int fd, void* data, std::size_t bytes, off_t offset) override {
    return real_.pread(fd, data, bytes, offset);
  }
  ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) override {
    const ssize_t put = real_.pwrite(fd, data, bytes, offset);
    if (put <= 0) return put;
    const auto* first = static_cast<const std::byte*>(data);
    log_.push_back({.kind = DiskChange::Kind::write,
                    .file = files_[fd],
                    .offset = static_cast<std::uint64_t>(offset),
                    .bytes = {first, first + put}});
    return put;
  }
  int ftruncate(int fd, off_t bytes) override {
    const int done = real_.ftruncate(fd, bytes);
    const auto size = static_cast<std::uint64_t>(bytes);
    if (done == 0) log_.push_back({.kind = DiskChange::Kind::resize, .file = files_[fd], .offset = size});
    return done;
  }
  int fstat(int fd, struct stat* out) override { return real_.fstat(fd, out); }
  int fdatasync(int fd) override { return synced(fd); }
  int fsync(int fd) override { return synced(fd); }
  int lock(int fd, int operation) override { return real_.lock(fd, operation); }
  int rename_new(const char* from, const char* to) override { return renamed(real_.rename_new(from, to), from, to); }
  int rename(const char* from, const char* to) override { return renamed(real_.rename(from, to), from, to); }
  int unlink(const char* path) override {
    const int done = real_.unlink(path);
    if (done != 0) return done;
    names_.erase(relative(path));
    log_.push_back({.kind = DiskChange::Kind::unlink, .path = relative(path)});
    return done;
  }
  int mkdir(const char* path, mode_t mode) override {
    const int done = real_.mkdir(path, mode);
    if (done == 0) log_.push_back({.kind = DiskChange::Kind::folder, .path = relative(path)});
    return done;
  }
  std::int64_t free_bytes(const char* path) override { return real_.free_bytes(path); }

 private:
  [[nodiscard]] std::string relative(const std::filesystem::path& path) const {
    return path.lexically_relative(root_).string();
  }
  void adopt() {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
      const std::string path = relative(entry.path());
      if (entry.is_directory()) {
        before_.folders.push_back(path);
        continue;
      }
      before_.names[path] = names_[path] = next_file_;
      auto& bytes = before_.files[next_file_++];
      bytes.resize(entry.file_size());
      std::ifstream(entry.path(), std::ios::binary)
          .read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
  }
  // The real disk need not be asked: nobody cuts its power.
  int synced(int fd) {
    if (const auto folder = folders_.find(fd); folder != folders_.end()) {
      if (forgotten_sync != "/") log_.push_back({.kind = DiskChange::Kind::sync_folder, .path = folder->second});
      return 0;
    }
    const bool forgotten = !forgotten_sync.empty() && last_name_[files_[fd]].ends_with(forgotten_sync);
    if (!forgotten) log_.push_back({.kind = DiskChange::Kind::sync_file, .file = files_[fd]});
    return 0;
  }
  int renamed(int done, const char* from, const char* to) {
    if (done != 0) return done;
    const auto moved = names_.extract(relative(from));
    const std::uint32_t file = names_[relative(to)] = moved.mapped();
    log_.push_back({.kind = DiskChange::Kind::rename, .file = file, .path = relative(from), .to = relative(to)});
    return done;
  }

  FileOperations& real_ = system_files();
  const std::filesystem::path root_;
  DiskContent before_;
  std::vector<DiskChange> log_;
  std::uint32_t next_file_ = 1;
  std::map<std::string, std::uint32_t> names_;
  std::map<int, std::uint32_t> files_;
  std::map<int, std::string> folders_;
  std::map<std::uint32_t, std::string> last_name_;
};

}  // namespace tarsier
