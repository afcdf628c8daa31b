#include "capture/sequence_stamps.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(SequenceStamps){};

TEST(SequenceStamps, AreFoundByTimeAndThoseBeforeAreForgotten) {
  SequenceStamps stamps;
  for (std::uint64_t index = 0; index < 6; ++index) stamps.put(index * 10, 100 + index);
  CHECK(stamps.find(10) == std::optional<std::uint64_t>(101));
  CHECK(stamps.find(40) == std::optional<std::uint64_t>(104));
  CHECK(stamps.find(20) == std::nullopt);
  CHECK(stamps.find(45) == std::nullopt);
  CHECK(stamps.find(50) == std::optional<std::uint64_t>(105));
}

TEST(SequenceStamps, MoreThanThereIsRoomForHaveNoSequence) {
  SequenceStamps stamps;
  for (std::uint64_t index = 0; index < 100; ++index) stamps.put(index, index);
  CHECK(stamps.find(63) == std::optional<std::uint64_t>(63));
  CHECK(stamps.find(99) == std::nullopt);
  stamps.put(100, 100);
  CHECK(stamps.find(100) == std::optional<std::uint64_t>(100));
}
