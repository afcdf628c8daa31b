#include "base/heap.hpp"

#include <malloc.h>

namespace tarsier {

void settle_heap() {
#ifdef __GLIBC__
  // Naming a threshold, even by its default, stops glibc from raising it.
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  mallopt(M_TRIM_THRESHOLD, 128 * 1024);
#endif
}

void trim_heap() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace tarsier
