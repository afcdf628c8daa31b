// A file while it is being fetched: NAME.partial beside its final name, which it gets when it is whole, right and
// durable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/file_operations.hpp"
#include "base/hash.hpp"
#include "base/unique_fd.hpp"
#include "client/device.hpp"

namespace tarsier {

// One thread. What has come stays on the disk when it is destroyed, for the next one to go on.
class PartialFile final : public DownloadSink {
 public:
  // Opens or makes `path`.partial and hashes what is in it; that of another length than a part of `bytes` is thrown
  // away. `added` is told of bytes that count as fetched; also of those thrown away, as a negative number.
  using Added = std::function<void(std::int64_t)>;
  [[nodiscard]] static Result<std::unique_ptr<PartialFile>> open(FileOperations& files, std::filesystem::path path,
                                                                 std::uint64_t bytes, Added added);
  ~PartialFile() override = default;

  [[nodiscard]] std::uint64_t size() const { return size_; }
  // An error when the device's file has another length than was asked for.
  [[nodiscard]] Result<void> begin(const DownloadHead& head) override;
  [[nodiscard]] Result<void> take(std::span<const std::byte> bytes) override;
  // Everything is thrown away.
  [[nodiscard]] Result<void> restart();

  // Of a whole file: its SHA-256 so far. Once.
  [[nodiscard]] std::string sha256();
  // Makes it durable and gives it its final name, which nobody must have.
  [[nodiscard]] Result<void> finish();

 private:
  PartialFile(FileOperations& files, std::filesystem::path path, std::uint64_t bytes, Added added);
  [[nodiscard]] Result<void> hash_what_is_there();

  FileOperations& files_;
  const std::filesystem::path path_;
  const std::filesystem::path partial_;
  const std::uint64_t bytes_;
  const Added added_;
  UniqueFd fd_;
  std::unique_ptr<Sha256> hash_ = std::make_unique<Sha256>();
  std::uint64_t size_ = 0;
};

// SHA-256 of a regular file, symbolic links not followed.
[[nodiscard]] Result<std::string> sha256_of(FileOperations& files, const std::filesystem::path& path,
                                            const std::function<bool()>& wanted);

}  // namespace tarsier
