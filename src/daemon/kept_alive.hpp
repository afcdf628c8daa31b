// Does what may wait for the disk on a thread of its own, while this one keeps telling the service manager that all is
// well: a slow disk must not be taken for a daemon that hangs.
#pragma once

#include <atomic>
#include <exception>

#include "base/named_thread.hpp"
#include "base/wakeup.hpp"

namespace tarsier {

// Returns when `job` is done; calls `tick` until then, every `period`. What the job throws is thrown here.
template <typename Job, typename Tick>
void kept_alive(const Job& job, const Tick& tick, Nanoseconds period) {
  Wakeup over;
  std::atomic<bool> done{false};
  std::exception_ptr thrown;
  {
    const NamedThread thread("disk-wait", [&] {
      try {
        job();
      } catch (...) {
        thrown = std::current_exception();
      }
      done.store(true);
      over.notify();
    });
    for (auto ticket = over.ticket(); !done.load(); ticket = over.ticket()) {
      tick();
      if (!done.load()) over.wait(ticket, period);
    }
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace tarsier
