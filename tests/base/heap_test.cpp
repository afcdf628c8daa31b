#include "base/heap.hpp"

#include <CppUTest/TestHarness.h>
#include <malloc.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

using namespace tarsier;

// The sanitizers bring a heap of their own, which counts otherwise.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

// How many blocks lie outside the heap, each in a mapping of its own.
int mapped_blocks() { return static_cast<int>(mallinfo2().hblks); }

std::uint64_t resident_pages() {
  std::uint64_t mapped = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> mapped >> resident;
  return resident;
}

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

TEST(Heap, what_was_freed_below_a_block_that_stays_goes_back) {
  settle_heap();
  std::vector<void*> blocks;
  blocks.reserve(400);
  for (int i = 0; i < 400; ++i) blocks.push_back(std::memset(std::malloc(64 * 1024), 1, 64 * 1024));
  for (int i = 0; i < 399; ++i) std::free(blocks[static_cast<std::size_t>(i)]);
  const std::uint64_t before = resident_pages();
  trim_heap();
  CHECK_TRUE(before - resident_pages() > 20 * 1024 / 4);
  std::free(blocks.back());
}

#endif
