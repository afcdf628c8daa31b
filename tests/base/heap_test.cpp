#include "base/heap.hpp"

#include <CppUTest/TestHarness.h>
#include <malloc.h>

#include <cstdlib>

using namespace tarsier;

// The sanitizers bring a heap of their own, which counts otherwise.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

// How many blocks lie outside the heap, each in a mapping of its own.
int mapped_blocks() { return static_cast<int>(mallinfo2().hblks); }

}  // namespace

TEST_GROUP(Heap){};

TEST(Heap, a_large_block_stays_outside_the_heap_after_one_was_freed) {
  settle_heap();
  void* volatile first = std::malloc(1 << 20);
  std::free(first);
  const int before = mapped_blocks();
  void* volatile second = std::malloc(1 << 20);
  CHECK_EQUAL(before + 1, mapped_blocks());
  std::free(second);
}

#endif
