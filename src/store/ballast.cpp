#include "store/ballast.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"

namespace tarsier {

Bytes Ballast::size_within(Bytes reserve) {
  const Bytes size = std::min(Bytes{reserve.count / 4}, mebibytes(64));
  return size < mebibytes(1) ? Bytes{} : size;
}

void Ballast::make() {
  if (size_.count == 0 || impossible_ || held().count > 0) return;
  const int fd = files_.open(file_.c_str(), O_RDWR | O_CREAT, 0644);
  if (fd < 0) return;
  const bool filled = fill(fd);
  (void)files_.close(fd);
  if (filled) {
    held_.store(size_.count, std::memory_order_relaxed);
  } else {
    (void)files_.unlink(file_.c_str());
  }
}

// Also of a file that an earlier start left with another size.
bool Ballast::fill(int fd) {
  struct stat status {};
  if (files_.fstat(fd, &status) != 0) return false;
  const auto wanted = static_cast<off_t>(size_.count);
  if (status.st_size > wanted && files_.ftruncate(fd, wanted) != 0) return false;
  if (files_.allocate(fd, wanted) == 0) return true;
  impossible_ = errno == EOPNOTSUPP || errno == ENOSYS;
  return false;
}

bool Ballast::left_behind() const {
  struct stat status {};
  if (size_.count == 0 || files_.stat(file_.c_str(), &status) != 0) return false;
  return static_cast<std::uint64_t>(status.st_blocks) * 512 >= size_.count;
}

bool Ballast::give_up() {
  if (held_.exchange(0, std::memory_order_relaxed) == 0) return false;
  if (files_.unlink(file_.c_str()) == 0) return true;
  log(Severity::warning, file_error(file_, "delete", errno).message);
  return false;
}

}  // namespace tarsier
