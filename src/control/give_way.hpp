// Clients wait for cameras, cameras never for clients.
#pragma once

#include <sys/resource.h>

namespace tarsier {

// The calling thread gets the processor after those that capture, process and store: a third of their weight where they
// compete, all of it where nobody else wants it. Linux gives each thread a nice value of its own.
inline void give_way() {
  constexpr int nicer = 5;
  (void)::setpriority(PRIO_PROCESS, 0, nicer);
}

}  // namespace tarsier
