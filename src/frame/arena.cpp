#include "frame/arena.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace tarsier {

Result<Arena> Arena::create(Bytes capacity) {
  const std::size_t bytes = round_up(std::max<std::uint64_t>(capacity.count, 1), 4096);
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return failure(fmt::format("memory: cannot reserve {}: {}; lower memory.budget_mib or free memory",
                               to_text(capacity), std::strerror(errno)));
  }
  // Huge pages spare address translation on large rings; where the kernel has none, nothing is lost.
  if (bytes >= mebibytes(16).count) (void)madvise(memory, bytes, MADV_HUGEPAGE);
  const bool locked = mlock(memory, bytes) == 0;
  std::memset(memory, 0, bytes);  // touches every page also where locking isn't allowed
  return Arena(static_cast<std::byte*>(memory), bytes, locked);
}

Arena::Arena(Arena&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      used_(std::exchange(other.used_, 0)),
      locked_(std::exchange(other.locked_, false)) {}

Arena& Arena::operator=(Arena&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(capacity_, other.capacity_);
  std::swap(used_, other.used_);
  std::swap(locked_, other.locked_);
  return *this;
}

Arena::~Arena() {
  if (memory_ != nullptr) munmap(memory_, capacity_);
}

std::span<std::byte> Arena::take(std::size_t bytes) {
  const std::uint64_t cost_bytes = cost(bytes).count;
  if (cost_bytes > capacity_ - used_) return {};
  std::byte* piece = memory_ + used_;
  used_ += cost_bytes;
  return {piece, bytes};
}

}  // namespace tarsier
