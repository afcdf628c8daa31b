#include "base/wakeup.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <ctime>

namespace tarsier {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t), "a futex is a plain 32-bit word");

// Sequentially consistent throughout: the sleeper announces itself and then reads the count, the notifier raises the
// count and then reads the sleepers; one of the two must see the other.
std::uint32_t Wakeup::ticket() const { return count_.load(std::memory_order_seq_cst); }

void Wakeup::wait(std::uint32_t ticket, Nanoseconds limit) {
  using std::chrono::duration_cast;
  const auto bounded = std::clamp<Nanoseconds>(limit, Nanoseconds(0), std::chrono::hours(24));
  const auto seconds = duration_cast<std::chrono::seconds>(bounded);
  const timespec timeout{static_cast<time_t>(seconds.count()), static_cast<long>((bounded - seconds).count())};
  sleepers_.fetch_add(1, std::memory_order_seq_cst);
  if (count_.load(std::memory_order_seq_cst) == ticket) {
    syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&count_), FUTEX_WAIT_PRIVATE, ticket, &timeout, nullptr, 0);
  }
  sleepers_.fetch_sub(1, std::memory_order_seq_cst);
}

void Wakeup::notify() {
  count_.fetch_add(1, std::memory_order_seq_cst);
  if (sleepers_.load(std::memory_order_seq_cst) == 0) return;
  syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&count_), FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace tarsier
