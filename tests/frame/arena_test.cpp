#include "frame/arena.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/mman.h>

#include <algorithm>
#include <vector>

using namespace tarsier;

TEST_GROUP(Arena){static bool aligned(std::span<const std::byte> piece){
    return reinterpret_cast<std::uintptr_t>(piece.data()) % Arena::alignment == 0;
}
}
;

TEST(Arena, pieces_are_aligned_zeroed_and_apart) {
  auto arena = Arena::create(kibibytes(64));
  const auto first = arena->take(100);
  const auto second = arena->take(7);
  CHECK_EQUAL(100, first.size());
  CHECK_TRUE(aligned(first) && aligned(second));
  CHECK_TRUE(std::all_of(first.begin(), first.end(), [](std::byte b) { return b == std::byte{0}; }));
  CHECK_TRUE(second.data() >= first.data() + first.size());
}

TEST(Arena, what_the_cost_promises_fits_exactly) {
  auto arena = Arena::create(Arena::cost(4096) + Arena::cost(1000) * 3);
  CHECK_EQUAL(4096, arena->take(4096).size());
  for (int i = 0; i < 3; ++i) CHECK_EQUAL(1000, arena->take(1000).size());
}

TEST(Arena, an_exhausted_arena_gives_nothing_and_stays_usable) {
  auto arena = Arena::create(Bytes{4096});
  CHECK_TRUE(arena->take(5000).empty());
  CHECK_EQUAL(0, arena->used().count);
  CHECK_EQUAL(100, arena->take(100).size());
}

TEST(Arena, every_page_is_in_memory_before_it_is_handed_out) {
  auto arena = Arena::create(mebibytes(1));
  const auto piece = arena->take(200);
  std::vector<unsigned char> resident(256);
  CHECK_EQUAL(0, mincore(piece.data(), mebibytes(1).count, resident.data()));
  CHECK_TRUE(std::all_of(resident.begin(), resident.end(), [](unsigned char page) { return (page & 1U) != 0; }));
}

TEST(Arena, moving_leaves_one_owner) {
  auto first = Arena::create(kibibytes(8));
  const auto piece = first->take(64);
  Arena second = std::move(*first);
  piece[0] = std::byte{7};
  CHECK_EQUAL(64, second.used().count);
  CHECK_EQUAL(0, first->capacity().count);
  auto third = Arena::create(kibibytes(4));
  *third = std::move(second);
  CHECK_TRUE(piece[0] == std::byte{7});
}

TEST(Arena, a_mapping_that_the_kernel_refuses_names_the_budget) {
  const auto refused = Arena::create(Bytes{1ULL << 60});
  CHECK_FALSE(refused.has_value());
  CHECK_TRUE(refused.error().message.find("memory.budget_mib") != std::string::npos);
}
