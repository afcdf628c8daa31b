// The real file operations with a diary: which file each one touched, and whether a write held a given number.
#pragma once

#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/file_operations.hpp"

namespace tarsier {

// One thread.
class TracedFiles final : public FileOperations {
 public:
  // Writes of these 8 bytes are noted as "row".
  std::uint64_t wanted = 0;
  // "fdatasync .part", "pwrite .journal", "row .part": operation and extension of the file.
  std::vector<std::string> diary;

  int open(const char* path, int flags, mode_t mode) override {
    const int fd = real_.open(path, flags, mode);
    names_[fd] = std::filesystem::path(path).extension();
    return fd;
  }
  int close(int fd) override { return real_.close(fd); }
  ssize_t pread(int fd, void* data, std::size_t bytes, off_t offset) override {
    return real_.pread(fd, data, bytes, offset);
  }
  ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) override {
    note(memmem(data, bytes, &wanted, sizeof wanted) != nullptr ? "row" : "pwrite", names_[fd]);
    return real_.pwrite(fd, data, bytes, offset);
  }
  int ftruncate(int fd, off_t bytes) override { return real_.ftruncate(fd, bytes); }
  int fstat(int fd, struct stat* out) override { return real_.fstat(fd, out); }
  int fdatasync(int fd) override {
    note("fdatasync", names_[fd]);
    return real_.fdatasync(fd);
  }
  int fsync(int fd) override {
    note("fsync", names_[fd]);
    return real_.fsync(fd);
  }
  int lock(int fd, int operation) override { return real_.lock(fd, operation); }
  int rename_new(const char* from, const char* to) override {
    note("rename_new", std::filesystem::path(to).extension());
    return real_.rename_new(from, to);
  }
  int rename(const char* from, const char* to) override {
    note("rename", std::filesystem::path(to).extension());
    return real_.rename(from, to);
  }
  int unlink(const char* path) override {
    note("unlink", std::filesystem::path(path).extension());
    return real_.unlink(path);
  }
  int mkdir(const char* path, mode_t mode) override { return real_.mkdir(path, mode); }
  std::int64_t free_bytes(const char* path) override { return real_.free_bytes(path); }

 private:
  void note(const std::string& operation, const std::string& name) { diary.push_back(operation + " " + name); }

  FileOperations& real_ = system_files();
  std::map<int, std::string> names_;
};

}  // namespace tarsier
