#include "client/partial_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace tarsier {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20U;

// Calls `use` with all of the file's first `bytes` bytes, in order, until it says no more.
template <typename Use>
Result<void> read_through(FileOperations& files, int fd, std::uint64_t bytes, const std::filesystem::path& path,
                          Use use) {
  std::vector<std::byte> block(block_bytes);
  for (std::uint64_t at = 0; at < bytes;) {
    const std::span<std::byte> part(block.data(), std::min<std::uint64_t>(block.size(), bytes - at));
    if (auto read = read_all(files, fd, part, at, path); !read) return read;
    if (!use(part)) return unexpected({path.string() + ": stopped", false, ECANCELED});
    at += part.size();
  }
  return {};
}

// The size of an open regular file.
Result<std::uint64_t> size_of(FileOperations& files, int fd, const std::filesystem::path& path) {
  struct stat info {};
  if (files.fstat(fd, &info) != 0) return unexpected(file_error(path, "examine", errno));
  if (!S_ISREG(info.st_mode)) return failure(path.string() + ": is no regular file; move it away");
  return static_cast<std::uint64_t>(info.st_size);
}

}  // namespace

PartialFile::PartialFile(FileOperations& files, std::filesystem::path path, std::uint64_t bytes, Added added)
    : files_(files),
      path_(std::move(path)),
      partial_(path_.string() + ".partial"),
      bytes_(bytes),
      added_(std::move(added)) {}

Result<std::unique_ptr<PartialFile>> PartialFile::open(FileOperations& files, std::filesystem::path path,
                                                       std::uint64_t bytes, Added added) {
  std::unique_ptr<PartialFile> file(new PartialFile(files, std::move(path), bytes, std::move(added)));
  file->fd_.reset(files.open(file->partial_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, 0644));
  if (!file->fd_) return unexpected(file_error(file->partial_, "open", errno));
  if (auto hashed = file->hash_what_is_there(); !hashed) return unexpected(std::move(hashed.error()));
  return file;
}

Result<void> PartialFile::hash_what_is_there() {
  const auto size = size_of(files_, fd_.get(), partial_);
  if (!size) return unexpected(size.error());
  if (*size > bytes_) return restart();
  auto hashed = read_through(files_, fd_.get(), *size, partial_, [&](std::span<const std::byte> part) {
    hash_->add(part);
    return true;
  });
  if (!hashed) return hashed;
  size_ = *size;
  added_(static_cast<std::int64_t>(size_));
  return {};
}

Result<void> PartialFile::restart() {
  if (files_.ftruncate(fd_.get(), 0) != 0) return unexpected(file_error(partial_, "empty", errno));
  added_(-static_cast<std::int64_t>(size_));
  size_ = 0;
  hash_ = std::make_unique<Sha256>();
  return {};
}

Result<void> PartialFile::begin(const DownloadHead& head) {
  if (head.bytes != bytes_) {
    return failure(fmt::format("{}: the device says that it has {} bytes, its run.json {}; pull again", path_.string(),
                               head.bytes, bytes_));
  }
  if (head.first_byte == size_) return {};
  if (head.first_byte == 0) return restart();
  return failure(path_.string() + ": the device sends another part of it than was asked for; is that a tarsierd?");
}

Result<void> PartialFile::take(std::span<const std::byte> bytes) {
  if (auto written = write_all(files_, fd_.get(), bytes, size_, partial_); !written) return written;
  hash_->add(bytes);
  size_ += bytes.size();
  added_(static_cast<std::int64_t>(bytes.size()));
  return {};
}

std::string PartialFile::sha256() { return hash_->finish(); }

Result<void> PartialFile::finish() {
  if (files_.fsync(fd_.get()) != 0) return unexpected(file_error(partial_, "sync", errno));
  if (files_.close(fd_.release()) != 0) return unexpected(file_error(partial_, "close", errno));
  if (files_.rename_new(partial_.c_str(), path_.c_str()) != 0) return unexpected(file_error(path_, "rename to", errno));
  return sync_directory(files_, path_.parent_path());
}

Result<std::string> sha256_of(FileOperations& files, const std::filesystem::path& path,
                              const std::function<bool()>& wanted) {
  const UniqueFd fd(files.open(path.c_str(), O_RDONLY | O_NOFOLLOW, 0));
  if (!fd) return unexpected(file_error(path, "open", errno));
  const auto size = size_of(files, fd.get(), path);
  if (!size) return unexpected(size.error());
  Sha256 hash;
  auto read = read_through(files, fd.get(), *size, path, [&](std::span<const std::byte> part) {
    hash.add(part);
    return wanted();
  });
  if (!read) return unexpected(std::move(read.error()));
  return hash.finish();
}

}  // namespace tarsier
