#include "store/file_hasher.hpp"

#include <fcntl.h>

#include <cerrno>

namespace tarsier {

Result<void> FileHasher::begin(const std::filesystem::path& file) {
  fd_.reset(files_.open(file.c_str(), O_RDONLY, 0));
  if (!fd_) return unexpected(file_error(file, "open", errno));
  file_ = file;
  hash_.emplace();
  offset_ = 0;
  return {};
}

Result<std::optional<std::string>> FileHasher::step() {
  const ssize_t got = files_.pread(fd_.get(), block_.data(), block_.size(), static_cast<off_t>(offset_));
  if (got < 0 && errno == EINTR) return std::nullopt;
  if (got < 0) return unexpected(file_error(file_, "read", errno));
  if (got == 0) {
    fd_.reset();
    return hash_->finish();
  }
  hash_->add(std::span(block_).first(static_cast<std::size_t>(got)));
  offset_ += static_cast<std::uint64_t>(got);
  return std::nullopt;
}

}  // namespace tarsier
