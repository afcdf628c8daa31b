#include "base/shared_count.hpp"

#include <sys/mman.h>

#include <atomic>
#include <new>

namespace tarsier {
namespace {

using Count = std::atomic<std::uint64_t>;
static_assert(Count::is_always_lock_free);

}  // namespace

SharedCount::SharedCount()
    : place_(mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
  if (place_ != MAP_FAILED) new (place_) Count(0);
}

SharedCount::~SharedCount() {
  if (place_ != MAP_FAILED) (void)munmap(place_, sizeof(Count));
}

// Relaxed: it orders nothing else.
void SharedCount::add(std::uint64_t more) {
  if (place_ != MAP_FAILED) static_cast<Count*>(place_)->fetch_add(more, std::memory_order_relaxed);
}

std::uint64_t SharedCount::get() const {
  return place_ != MAP_FAILED ? static_cast<const Count*>(place_)->load(std::memory_order_relaxed) : 0;
}

}  // namespace tarsier
