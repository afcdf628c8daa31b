// SHA-256 of a file, block by block, so that the thread that does it can do more urgent things in between.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "base/hash.hpp"
#include "base/unique_fd.hpp"

namespace tarsier {

// One thread. Allocates its block in the constructor.
class FileHasher {
 public:
  static constexpr std::size_t block_bytes = 256 * 1024;
  // The library of hashes is loaded at its first use: here, so that memory does not grow when the first file is sealed.
  explicit FileHasher(FileOperations& files) : files_(files), block_(block_bytes) { (void)Sha256().finish(); }

  // Ends what went on before.
  [[nodiscard]] Result<void> begin(const std::filesystem::path& file);
  // Hashes one block; the digest when it was the last.
  [[nodiscard]] Result<std::optional<std::string>> step();

 private:
  FileOperations& files_;
  std::vector<std::byte> block_;
  std::filesystem::path file_;
  UniqueFd fd_;
  std::optional<Sha256> hash_;
  std::uint64_t offset_ = 0;
};

}  // namespace tarsier
