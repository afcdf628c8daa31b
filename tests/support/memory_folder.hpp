// A fresh folder like TemporaryFolder, in memory where there is such a place: for tests that write thousands of files.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace tarsier {

class MemoryFolder {
 public:
  MemoryFolder() {
    const std::filesystem::path memory = "/dev/shm";
    const bool there = std::filesystem::is_directory(memory);
    std::string name = ((there ? memory : std::filesystem::temp_directory_path()) / "tarsier-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~MemoryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  MemoryFolder(const MemoryFolder&) = delete;
  MemoryFolder& operator=(const MemoryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  // An empty folder of this name.
  [[nodiscard]] std::filesystem::path fresh(const std::string& name) const {
    std::filesystem::remove_all(path_ / name);
    std::filesystem::create_directory(path_ / name);
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace tarsier
