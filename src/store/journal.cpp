#include "store/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/unique_fd.hpp"

namespace tarsier {
namespace {

constexpr std::array<std::byte, 64 * 1024> zeros{};

}  // namespace

Result<void> sync_data(FileOperations& files, int fd, const std::filesystem::path& path) {
  while (files.fdatasync(fd) != 0) {
    if (errno != EINTR) return unexpected(file_error(path, "sync", errno));
  }
  return {};
}

bool journal_in_use(FileOperations& files, const std::filesystem::path& path) {
  const UniqueFd fd(files.open(path.c_str(), O_RDWR, 0));
  return fd && files.lock(fd.get(), LOCK_EX | LOCK_NB) != 0;
}

Result<std::unique_ptr<Journal>> Journal::create(FileOperations& files, std::filesystem::path path,
                                                 std::span<const std::byte> header) {
  const int fd = files.open(path.c_str(), O_RDWR | O_CREAT | O_EXCL, 0644);
  if (fd < 0) return unexpected(file_error(path, "create", errno));
  std::unique_ptr<Journal> journal(new Journal(files, std::move(path), fd));
  if (auto begun = journal->begin(header); !begun) {
    (void)files.unlink(journal->path_.c_str());
    return unexpected(std::move(begun.error()));
  }
  return journal;
}

Journal::~Journal() { (void)files_.close(fd_); }

Result<void> Journal::begin(std::span<const std::byte> header) {
  if (files_.lock(fd_, LOCK_EX | LOCK_NB) != 0) return unexpected(file_error(path_, "lock", errno));
  if (auto written = write_all(files_, fd_, header, 0, path_); !written) return written;
  end_ = filled_ = header.size();
  if (auto filled = fill_to(round_up(end_ + 1, journal_step_bytes)); !filled) return filled;
  return sync();
}

Result<void> Journal::append(std::span<const std::byte> record) {
  const std::uint64_t end = end_ + record.size();
  if (end > filled_) {
    if (auto filled = fill_to(round_up(end, journal_step_bytes)); !filled) return filled;
  }
  if (auto written = write_all(files_, fd_, record, end_, path_); !written) return written;
  if (auto synced = sync(); !synced) {
    // Whatever the number was, the record may or may not be there.
    synced.error().error_number = EIO;
    return synced;
  }
  end_ = end;
  return {};
}

Result<void> Journal::grow_ahead() {
  if (filled_ - end_ >= journal_step_bytes / 2) return {};
  if (auto filled = fill_to(filled_ + journal_step_bytes); !filled) return filled;
  return sync();
}

Result<void> Journal::fill_to(std::uint64_t bytes) {
  while (filled_ < bytes) {
    const auto block = std::span(zeros).first(std::min<std::uint64_t>(zeros.size(), bytes - filled_));
    if (auto written = write_all(files_, fd_, block, filled_, path_); !written) return written;
    filled_ += block.size();
  }
  return {};
}

Result<void> Journal::sync() { return sync_data(files_, fd_, path_); }

}  // namespace tarsier
