// Lets one thread sleep until another has changed something, without a lock and without allocating.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.hpp"

namespace tarsier {

// The sleeper takes a ticket, looks whether there is work, and waits with that ticket: a notify between the look and
// the wait is never lost. Any number of threads may notify; notify costs one addition when nobody sleeps.
class Wakeup {
 public:
  [[nodiscard]] std::uint32_t ticket() const;
  // Returns when notify was called after the ticket was taken, when `limit` has passed, or spuriously.
  void wait(std::uint32_t ticket, Nanoseconds limit);
  void notify();

 private:
  std::atomic<std::uint32_t> count_{0};
  std::atomic<std::uint32_t> sleepers_{0};
};

}  // namespace tarsier
