#include "store/io_watch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "base/log.hpp"

namespace tarsier {
namespace {

constexpr auto relaxed_order = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;

int this_thread() {
  static thread_local const int id = ::gettid();
  return id;
}

std::string name_of_thread(int id) {
  std::ifstream file(fmt::format("/proc/self/task/{}/comm", id));
  std::string name;
  std::getline(file, name);
  return name.empty() ? fmt::format("thread {}", id) : name;
}

// Asks the kernel's tables, not the file system that may be blocked.
std::string name_of_file(int fd) {
  char name[4096];
  const ssize_t bytes = ::readlink(fmt::format("/proc/self/fd/{}", fd).c_str(), name, sizeof name);
  return bytes > 0 ? std::string(name, static_cast<std::size_t>(bytes)) : fmt::format("descriptor {}", fd);
}

}  // namespace

// Holds a slot from a call's begin to its end, and leaves errno alone.
class IoWatch::Call {
 public:
  Call(IoWatch& watch, const char* operation, int fd, const char* path, IoTimes* times = nullptr)
      : watch_(watch), begin_(watch.clock_.monotonic()), times_(times) {
    for (Slot& slot : watch_.slots_) {
      std::int64_t unused = 0;
      // Acquire: what the slot held before has been left.
      if (!slot.begin.compare_exchange_strong(unused, -1, std::memory_order_acquire, relaxed_order)) continue;
      slot_ = &slot;
      fill(operation, fd, path);
      return;
    }
  }
  ~Call() {
    const int error_number = errno;
    if (times_ != nullptr) times_->add(watch_.clock_.monotonic() - begin_);
    if (slot_ != nullptr) slot_->begin.store(0, std::memory_order_release);  // whoever takes it next may fill it
    errno = error_number;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  // Release: whoever sees one of these also sees that the slot was claimed for another call.
  void fill(const char* operation, int fd, const char* path) {
    slot_->operation.store(operation, release);
    slot_->thread.store(this_thread(), release);
    slot_->fd.store(path == nullptr ? fd : -1, release);
    if (path != nullptr) keep_end(path);
    slot_->begin.store(std::max<std::int64_t>(begin_.count(), 1), release);  // shows the rest
  }
  // The end of a path tells more than its beginning.
  void keep_end(const char* path) {
    char text[path_words * sizeof(std::uint64_t)] = {};
    const std::string_view whole(path);
    const std::string_view end = whole.substr(whole.size() - std::min(whole.size(), sizeof text - 1));
    std::memcpy(text, end.data(), end.size());
    for (std::size_t i = 0; i < path_words; ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, text + i * sizeof word, sizeof word);
      slot_->path[i].store(word, release);
    }
  }

  IoWatch& watch_;
  const Nanoseconds begin_;
  IoTimes* const times_;
  Slot* slot_ = nullptr;
};

bool IoWatch::look(const Slot& slot, std::int64_t now, BlockedCall& call) const {
  const std::int64_t begin = slot.begin.load(acquire);
  if (begin <= 0 || Nanoseconds(now - begin) < patience) return false;
  char path[path_words * sizeof(std::uint64_t)] = {};
  for (std::size_t i = 0; i < path_words; ++i) {
    const std::uint64_t word = slot.path[i].load(acquire);
    std::memcpy(path + i * sizeof word, &word, sizeof word);
  }
  const int fd = slot.fd.load(acquire);
  call.operation = slot.operation.load(acquire);
  call.thread = name_of_thread(slot.thread.load(acquire));
  call.file = fd >= 0 ? name_of_file(fd) : std::string(path, ::strnlen(path, sizeof path));
  call.duration = Nanoseconds(now - begin);
  // Still the same call after all of that was read; acquire above keeps this load behind the others.
  return slot.begin.load(relaxed_order) == begin;
}

std::vector<BlockedCall> IoWatch::blocked() const {
  const std::int64_t now = clock_.monotonic().count();
  std::vector<BlockedCall> list;
  for (const Slot& slot : slots_) {
    BlockedCall call;
    if (look(slot, now, call)) list.push_back(std::move(call));
  }
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.duration > b.duration; });
  return list;
}

void IoWatch::report() {
  const std::int64_t now = clock_.monotonic().count();
  for (std::size_t i = 0; i < slot_count; ++i) {
    Episode& episode = episodes_[i];
    const std::int64_t begin = slots_[i].begin.load(relaxed_order);
    if (episode.begin != 0 && begin != episode.begin) {
      report_end(episode);
      episode = {};
    }
    if (begin <= 0 || Nanoseconds(now - begin) < std::max(patience, episode.next)) continue;
    if (!look(slots_[i], now, episode.call)) continue;
    episode.begin = begin;
    for (episode.next = patience; episode.next <= episode.call.duration;) episode.next *= 10;
    const double seconds = std::chrono::duration<double>(episode.call.duration).count();
    log(Severity::warning, fmt::format("{}: blocked in {} for {:.1f} s (thread {}); the disk does not answer",
                                       episode.call.file, episode.call.operation, seconds, episode.call.thread));
  }
}

void IoWatch::report_end(const Episode& episode) {
  log(Severity::notice,
      fmt::format("{}: {} goes on after more than {:.0f} s", episode.call.file, episode.call.operation,
                  std::chrono::duration<double>(episode.call.duration).count()));
}

int IoWatch::open(const char* path, int flags, mode_t mode) {
  const Call call(*this, "open", -1, path);
  return files_.open(path, flags, mode);
}

int IoWatch::close(int fd) {
  const Call call(*this, "close", fd, nullptr);
  return files_.close(fd);
}

ssize_t IoWatch::pread(int fd, void* data, std::size_t bytes, off_t offset) {
  const Call call(*this, "read", fd, nullptr);
  return files_.pread(fd, data, bytes, offset);
}

ssize_t IoWatch::pwrite(int fd, const void* data, std::size_t bytes, off_t offset) {
  const Call call(*this, "write", fd, nullptr, &writes);
  const ssize_t put = files_.pwrite(fd, data, bytes, offset);
  if (put >= 0 || (errno != ENOSPC && errno != EDQUOT) || !make_room) return put;
  const int error_number = errno;
  if (make_room()) return files_.pwrite(fd, data, bytes, offset);
  errno = error_number;
  return put;
}

int IoWatch::ftruncate(int fd, off_t bytes) {
  const Call call(*this, "set the size", fd, nullptr);
  return files_.ftruncate(fd, bytes);
}

int IoWatch::fstat(int fd, struct stat* out) {
  const Call call(*this, "examine", fd, nullptr);
  return files_.fstat(fd, out);
}

int IoWatch::stat(const char* path, struct stat* out) {
  const Call call(*this, "examine", -1, path);
  return files_.stat(path, out);
}

int IoWatch::allocate(int fd, off_t bytes) {
  const Call call(*this, "set room aside", fd, nullptr);
  return files_.allocate(fd, bytes);
}

int IoWatch::fdatasync(int fd) {
  const Call call(*this, "sync", fd, nullptr, &syncs);
  return files_.fdatasync(fd);
}

int IoWatch::fsync(int fd) {
  const Call call(*this, "sync", fd, nullptr, &syncs);
  return files_.fsync(fd);
}

int IoWatch::lock(int fd, int operation) {
  const Call call(*this, "lock", fd, nullptr);
  return files_.lock(fd, operation);
}

int IoWatch::rename_new(const char* from, const char* to) {
  const Call call(*this, "rename", -1, to);
  return files_.rename_new(from, to);
}

int IoWatch::rename(const char* from, const char* to) {
  const Call call(*this, "rename", -1, to);
  return files_.rename(from, to);
}

int IoWatch::unlink(const char* path) {
  const Call call(*this, "delete", -1, path);
  return files_.unlink(path);
}

int IoWatch::mkdir(const char* path, mode_t mode) {
  const Call call(*this, "create directory", -1, path);
  return files_.mkdir(path, mode);
}

std::int64_t IoWatch::free_bytes(const char* path) {
  const Call call(*this, "ask for free space", -1, path);
  return files_.free_bytes(path);
}

}  // namespace tarsier
